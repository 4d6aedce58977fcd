"""What stops a report or a plan, said in a sentence that its reader can act on."""


class ExperimentError(Exception):
    """The log or the request cannot be judged; the message is a plain sentence."""
