"""What was read of each log file, kept beside the artifacts: a file that was read before is not parsed again.

A log grows by files: yesterday's stay as they are. A part holds the rows of one file as ``read_file`` made them, under
the digest of what it was made from, so that a changed file, one that is read in another way by its new name, another
catalogue and another reader miss it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from preprocessing.kept import Kept

READER = 4  # to be raised when other rows would be made of the same file
_COUNTS = "counts"
# By these endings ``read_file`` tells how to read; whatever ends otherwise is lines.
_KINDS = (".parquet", ".gz", ".zst")


@dataclass(frozen=True, slots=True)
class Part:
    """The usable rows of a file, and what became of the others."""

    rows: pl.DataFrame
    read: int  # dropped ones included
    dropped: Counter[str]  # by rule
    seen: Counter[str]  # usable values by column


@dataclass(slots=True)
class Parts:
    """The parts in a folder; what is asked for by a file's digest is its digest of ``digests_as_read``."""

    folder: Path
    catalogue_digest: str
    _used: set[str] = field(default_factory=set)
    _kept: Kept = field(init=False)

    def __post_init__(self) -> None:
        """Look what is there."""
        self._kept = Kept(self.folder, ".parquet")

    def find(self, file_digest: str) -> Part | None:
        """Return what was made of a file before, or None."""
        path = self._kept.find(self._key(file_digest))
        if path is None:
            return None
        try:
            counts = json.loads(pl.read_parquet_metadata(path)[_COUNTS])
            rows = pl.read_parquet(path)
        except (OSError, KeyError, ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
            return None
        return Part(rows, counts["read"], Counter(counts["dropped"]), Counter(counts["seen"]))

    def keep(self, file_digest: str, part: Part) -> None:
        """Keep what was made of a file; where the folder cannot be written, it is made again the next time."""
        counts = json.dumps({"read": part.read, "dropped": part.dropped, "seen": part.seen})
        self._kept.keep(
            self._key(file_digest),
            lambda file: part.rows.write_parquet(file, compression="lz4", metadata={_COUNTS: counts}),
        )

    def forget_others(self) -> None:
        """Remove the parts that were neither found nor kept: of files that have gone or changed."""
        self._kept.forget_others(self._used)

    def _key(self, file_digest: str) -> str:
        key = digest_of([file_digest, self.catalogue_digest, str(READER)])
        self._used.add(key)
        return key


def digests_as_read(files: Sequence[Path], digests: Sequence[str]) -> dict[Path, str]:
    """Return a digest of how each file is read, as its name decides, and of its content, whose digests are given."""
    kinds = [path.suffix if path.suffix in _KINDS else "" for path in files]
    return {path: digest_of([kind, digest]) for path, kind, digest in zip(files, kinds, digests, strict=True)}


def digest_of(texts: Iterable[str]) -> str:
    """Return the SHA-256 of some texts in their order."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
