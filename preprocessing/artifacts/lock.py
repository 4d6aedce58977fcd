"""One writer at a time per folder of versions: nobody removes a version that another is about to switch to."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".writing.lock"

logger = logging.getLogger(__name__)
_held: set[Path] = set()  # by this process, which would wait for itself


@contextmanager
def only_writer(root: Path) -> Iterator[None]:
    """Hold the folder's lock, after whoever holds it; the kernel lets it go when the process ends, however it does.

    Who holds it may ask for it again. It keeps processes apart, not the threads of one.

    Raises:
        OSError: The folder cannot be written, or its file system knows no locks.
    """
    root.mkdir(parents=True, exist_ok=True)
    folder = root.resolve()
    if folder in _held:
        yield
        return
    with (folder / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.warning("another process writes into %s at this moment; this one waits", root)
            fcntl.flock(file, fcntl.LOCK_EX)
        _held.add(folder)
        try:
            yield
        finally:
            _held.remove(folder)
