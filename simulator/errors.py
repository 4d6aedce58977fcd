"""What a simulator cannot work with, said in one sentence."""


class SimulatorError(Exception):
    """A file, a configuration or a call does not fit; the message says which and why."""
