"""The closed loop in the simulator: serve, log, learn, and again."""
