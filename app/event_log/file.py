"""The file that a worker writes: whole lines or nothing, one part after the other."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from app.event_log.names import Part


class LogFile:
    """Appends blocks of lines to the current part.

    The worker holds a lock on it, which the kernel releases however the worker ends: a part without one is finished.

    Raises:
        OSError: The file cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._part = Part.first(folder)
        self._finished: list[int] = []  # earlier parts that are not yet known to be on the disk
        self._file = _opened(self._part.path)
        self.opened_s = time.monotonic()
        self.bytes = 0
        self.unconfirmed = False  # something was written since ``unsynced`` was last asked

    def write(self, block: bytes) -> None:
        """Write a block whole, or not at all.

        Raises:
            OSError: Not at all; the disk is full, read-only or gone.
        """
        written = os.write(self._file, block)
        if written < len(block):
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise OSError("the disk was full in mid-line")
        self.bytes += written
        self.unconfirmed = True

    @property
    def path(self) -> Path:
        """The current part."""
        return self._part.path

    def is_removed(self) -> bool:
        """Whether somebody removed the file, so that what is written to it is lost."""
        return os.fstat(self._file).st_nlink == 0

    def rotate(self) -> None:
        """Go on in the next part.

        Raises:
            OSError: It cannot be made; the current one goes on.
        """
        part = self._part.next()
        part.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = _opened(part.path)
        self._finished.append(self._file)
        self._part, self._file, self.opened_s, self.bytes = part, fresh, time.monotonic(), 0

    def unsynced(self) -> list[int]:
        """Return descriptors of all that was written since the last call, for a thread to sync and close."""
        finished, self._finished = self._finished, []
        self.unconfirmed = False
        return [*finished, os.dup(self._file)]

    def close(self) -> None:
        """Put what was written on the disk and close the file.

        Raises:
            OSError: The disk does not confirm it.
        """
        sync_and_close(self.unsynced())
        os.close(self._file)


def sync_and_close(files: list[int]) -> None:
    """Wait until the disk has some files, and close them.

    Raises:
        OSError: It does not confirm one; all are closed.
    """
    failure: OSError | None = None
    for file in files:
        try:
            os.fsync(file)
        except OSError as error:
            failure = error
        os.close(file)
    if failure:
        raise failure


def _opened(path: Path) -> int:
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o644)
    fcntl.flock(file, fcntl.LOCK_EX)
    return file
