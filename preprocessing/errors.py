"""What can be wrong with the input."""


class InputError(Exception):
    """The catalogue or the log cannot be used; the message is one sentence that says what to mend."""
