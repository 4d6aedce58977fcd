"""What was read of each log file, kept beside the artifacts: a file that was read before is not parsed again.

A log grows by files: yesterday's stay as they are. A part holds the rows of one file as ``read_file`` made them, under
the digest of what it was made from, so that a changed file, another catalogue and another reader miss it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

READER = 4  # to be raised when other rows would be made of the same file
_COUNTS = "counts"


@dataclass(frozen=True, slots=True)
class Part:
    """The usable rows of a file, and what became of the others."""

    rows: pl.DataFrame
    read: int  # dropped ones included
    dropped: Counter[str]  # by rule
    seen: Counter[str]  # usable values by column


@dataclass(slots=True)
class Parts:
    """The parts in a folder."""

    folder: Path
    catalogue_digest: str
    _used: set[str] = field(default_factory=set)

    def find(self, file_digest: str) -> Part | None:
        """Return what was made of a file before, or None."""
        path = self._path(file_digest)
        try:
            counts = json.loads(pl.read_parquet_metadata(path)[_COUNTS])
            rows = pl.read_parquet(path)
        except (OSError, KeyError, ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
            return None
        return Part(rows, counts["read"], Counter(counts["dropped"]), Counter(counts["seen"]))

    def keep(self, file_digest: str, part: Part) -> None:
        """Keep what was made of a file; where the folder cannot be written, it is made again the next time."""
        path = self._path(file_digest)
        fresh = path.with_suffix(f".{os.getpid()}")
        counts = json.dumps({"read": part.read, "dropped": part.dropped, "seen": part.seen})
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            part.rows.write_parquet(fresh, compression="lz4", metadata={_COUNTS: counts})
            fresh.replace(path)

    def forget_others(self) -> None:
        """Remove the parts that were neither found nor kept: of files that have gone or changed."""
        for path in self.folder.glob("*.parquet"):
            if path.stem not in self._used:
                path.unlink(missing_ok=True)

    def _path(self, file_digest: str) -> Path:
        name = digest_of([file_digest, self.catalogue_digest, str(READER)])
        self._used.add(name)
        return self.folder / f"{name}.parquet"


def digest_of(texts: Iterable[str]) -> str:
    """Return the SHA-256 of some texts in their order."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
