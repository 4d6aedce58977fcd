"""The live sessions: a store protocol, its Redis and memory twins, and the embedded server."""
