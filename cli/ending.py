"""How a command ends that Ctrl-C or its reader stops: with a status and at most a sentence, never with a traceback.

It stands below all packages and imports none of them. A program imports it before all else: Ctrl-C may come while it is
still importing, which takes a second, and is answered alike.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import TracebackType

INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended
UNREAD = 141  # and for one whose reader went away


def ended(main: Callable[[], int | None]) -> int:
    """Run a command and return its exit status."""
    try:
        code = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _stopped()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to flush has nowhere to go
        return UNREAD
    return code or 0


def _stopped() -> int:
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:  # Polars raises one, and the interpreter another for the same Ctrl-C
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("segue: stopped", file=sys.stderr)
    return INTERRUPTED


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Stand in for the interpreter, which would print a traceback of an import that Ctrl-C ended."""
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(_stopped())
    sys.__excepthook__(kind, error, trace)


sys.excepthook = _uncaught
