"""Files that can be made again, kept in a folder for the next run: none that cannot be written or removed fails it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Container
from contextlib import suppress
from pathlib import Path
from typing import IO

import polars as pl

from preprocessing.artifacts.pieces import checksum

_FRESH = ".fresh"  # ends the name of a file that is being written


class Kept:
    """The files of one kind in a folder, each named by its key and by the SHA-256 of its content."""

    def __init__(self, folder: Path, suffix: str) -> None:
        """Look what is there; files of other kinds end otherwise than in the suffix."""
        self._folder, self._suffix = folder, suffix
        self._paths = {path.name.partition(".")[0]: path for path in folder.glob(f"*{suffix}")}

    def find(self, key: str) -> Path | None:
        """Return the file that is kept under a key, or None; one that is not as it was written is removed."""
        path = self._paths.get(key)
        if path is None:
            return None
        with suppress(OSError):
            if path == self._path(key, checksum(path)):
                return path
            path.unlink()
        return None

    def keep(self, key: str, write: Callable[[IO[bytes]], object]) -> None:
        """Keep what a function writes, in place of what was kept under the key; where it cannot be written, nothing."""
        fresh = self._folder / f"{key}.{os.getpid()}{_FRESH}"
        # A full disk is an error of its own where Polars writes.
        with suppress(OSError, pl.exceptions.PolarsError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as file:
                try:
                    _lock(file)
                    write(file)
                    file.flush()
                    kept = self._path(key, checksum(fresh))
                    fresh.replace(kept)
                    self._paths[key] = kept
                finally:
                    fresh.unlink(missing_ok=True)

    def forget_others(self, keys: Container[str] = ()) -> None:
        """Remove what is kept under other keys, and what a run that was killed left half written."""
        for path in self._folder.glob(f"*{self._suffix}"):
            if path.name.partition(".")[0] not in keys:
                with suppress(OSError):
                    path.unlink()
        for path in self._folder.glob(f"*{_FRESH}"):
            with suppress(OSError), path.open("r+b") as file:  # so does a lock that another process holds
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()

    def _path(self, key: str, sha256: str) -> Path:
        return self._folder / f"{key}.{sha256}{self._suffix}"


def _lock(file: IO[bytes]) -> None:
    """Show other processes that the file is being written, until it is closed or this process ends."""
    with suppress(OSError):  # not every file system has locks; there nothing is removed
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
