"""The commands; each module has its options and its ``main``."""
