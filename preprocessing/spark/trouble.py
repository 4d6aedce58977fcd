"""What Spark and Hadoop throw over an input, as a sentence that names it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JJavaError

from preprocessing.errors import InputError

# Spark says so of every kind of file, before the many lines of Java's own.
_UNREAD = re.compile(r"\[FAILED_READ_FILE\S*\] Encountered error while reading file (.+?)\.(?:\s|$)")


@contextmanager
def named_input() -> Iterator[None]:
    """Run what makes Spark read its input.

    Raises:
        InputError: A file could not be read.
    """
    try:
        yield
    except Py4JJavaError as error:
        found = _UNREAD.search(str(error))
        if found is None:
            raise
        raise InputError(
            f"{found[1]} cannot be read: the file is damaged, ends too early or is not Spark's to read; write it anew, "
            "or leave it out"
        ) from error


def reason_of(error: Exception) -> str:
    """Return the line that says what a file system threw, without the trace of calls."""
    lines = str(error).splitlines() or [type(error).__name__]
    # Java's own stands in the second, behind which of its methods was called.
    return lines[1].removeprefix(": ") if isinstance(error, Py4JJavaError) and len(lines) > 1 else lines[0]
