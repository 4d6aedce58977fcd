"""How a command ends that Ctrl-C or its reader stops: with a status and at most a sentence, never with a traceback.

It stands below all packages: it imports none of them.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended
UNREAD = 141  # and for one whose reader went away


def ended(main: Callable[[], int | None]) -> int:
    """Run a command and return its exit status."""
    try:
        code = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        except KeyboardInterrupt:  # Polars raises one, and the interpreter another for the same Ctrl-C
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("segue: stopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to flush has nowhere to go
        return UNREAD
    return code or 0
