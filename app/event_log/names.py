"""What the files of a log are called: the worker that wrote them, and a number that grows with each rotation.

``events-20261124T120000Z-4711-9f3ab2.0000.jsonl.gz`` was rotated and compressed,
``events-20261124T120000Z-4711-9f3ab2.0001.jsonl`` is written now.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_NAME = re.compile(r"(?P<worker>events-\d{8}T\d{6}Z-\d+-[0-9a-f]{6})\.(?P<part>\d{4,})\.jsonl(?P<packed>\.gz)?")


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One file of one worker."""

    worker: str
    number: int  # 0 is the first
    path: Path

    @classmethod
    def first(cls, folder: Path) -> Self:
        """Return the first part of a worker that starts now; no other has the same name."""
        started = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        return cls._named(folder, f"events-{started}-{os.getpid()}-{os.urandom(3).hex()}", 0)

    @classmethod
    def of(cls, path: Path) -> Self | None:
        """Return what a file is a part of, or None where it is not of a log."""
        match = _NAME.fullmatch(path.name)
        return cls(match["worker"], int(match["part"]), path) if match else None

    @property
    def packed(self) -> bool:
        """Whether the file is compressed."""
        return self.path.suffix == ".gz"

    def next(self) -> Self:
        """Return the part that follows."""
        return self._named(self.path.parent, self.worker, self.number + 1)

    @classmethod
    def _named(cls, folder: Path, worker: str, number: int) -> Self:
        return cls(worker, number, folder / f"{worker}.{number:04}.jsonl")


def parts_of(folder: Path) -> list[Part]:
    """Return the files of a log, worker by worker, in the order in which they were written.

    A part that stands there both plain and compressed was being compressed when its worker died: the compressed
    file appears under its name only when it is whole, and is the one that counts.
    """
    parts = sorted(part for part in map(Part.of, folder.iterdir()) if part is not None)
    packed = {(part.worker, part.number) for part in parts if part.packed}
    return [part for part in parts if part.packed or (part.worker, part.number) not in packed]
