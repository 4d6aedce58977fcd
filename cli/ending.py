"""How a command ends that cannot go on: by Ctrl-C, without its reader, or for want of a package.

With a status and at most a sentence, never with a traceback.

It stands below all packages and imports none of them. A program imports it before all else: Ctrl-C may come while it is
still importing, which takes a second, and is answered alike.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

FAILED = 2
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
    except ModuleNotFoundError as error:
        if _is_ours(error):
            raise
        return _missing(error)
    return code or 0


def _is_ours(error: ModuleNotFoundError) -> bool:
    """Whether a module of Segue's own was sought, which is a defect and no package to install."""
    return (Path(__file__).parents[1] / _package(error)).exists()


def _package(error: ModuleNotFoundError) -> str:
    return (error.name or "").partition(".")[0]


def _missing(error: ModuleNotFoundError) -> int:
    lacking = f"this needs the package {_package(error)}, which is not installed"
    print(f"segue: {lacking}: 'make setup' installs all that commands need", file=sys.stderr)
    return FAILED


def _stopped() -> int:
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:  # Polars raises one, and the interpreter another for the same Ctrl-C
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("segue: stopped", file=sys.stderr)
    return INTERRUPTED


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Stand in for the interpreter, which would print a traceback of an import that failed or that Ctrl-C ended."""
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(_stopped())
    if isinstance(error, ModuleNotFoundError) and not _is_ours(error):
        sys.exit(_missing(error))
    sys.__excepthook__(kind, error, trace)


sys.excepthook = _uncaught
