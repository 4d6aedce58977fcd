"""Files that can be made again, kept in a folder for the next run: none that cannot be written or removed fails it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl

_FRESH = ".fresh"  # ends the name of a file that is being written


@dataclass(frozen=True, slots=True)
class Kept:
    """The files of one kind in a folder, each under a key, which is part of a file's name."""

    folder: Path
    suffix: str  # that tells them from other kinds

    def find(self, key: str) -> Path | None:
        """Return the file that is kept under a key, or None."""
        path = self._path(key)
        return path if path.is_file() else None

    def keep(self, key: str, write: Callable[[IO[bytes]], object]) -> None:
        """Keep what a function writes, in place of what was kept under the key; where it cannot be written, nothing."""
        fresh = self.folder / f"{key}.{os.getpid()}{_FRESH}"
        # A full disk is an error of its own where Polars writes.
        with suppress(OSError, pl.exceptions.PolarsError):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._remove_abandoned()
            with fresh.open("wb") as file:
                try:
                    _lock(file)
                    write(file)
                    file.flush()
                    fresh.replace(self._path(key))
                finally:
                    fresh.unlink(missing_ok=True)

    def forget_others(self, keys: Container[str] = ()) -> None:
        """Remove what is kept under other keys, and what a run that was killed left half written."""
        for path in self.folder.glob(f"*{self.suffix}"):
            if path.name.partition(".")[0] not in keys:
                with suppress(OSError):
                    path.unlink()
        self._remove_abandoned()

    def _remove_abandoned(self) -> None:
        for path in self.folder.glob(f"*{_FRESH}"):
            with suppress(OSError), path.open("r+b") as file:  # so does a lock that another process holds
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{self.suffix}"


def _lock(file: IO[bytes]) -> None:
    """Show other processes that the file is being written, until it is closed or this process ends."""
    with suppress(OSError):  # not every file system has locks; there nothing is removed
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
