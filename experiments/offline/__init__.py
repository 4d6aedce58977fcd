"""What another chain would have been worth, estimated from the log of a chain that explores."""
