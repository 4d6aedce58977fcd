"""A list of lists as two arrays: row i is ``values[offsets[i]:offsets[i + 1]]``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Ragged:
    """n lists of rows (of tracks, artists or users), each best first."""

    offsets: NDArray[np.int64]  # (n + 1,), ascending from 0 to len(values)
    values: NDArray[np.int32]

    @classmethod
    def of(cls, lists: Iterable[Iterable[int]]) -> Ragged:
        """Return the packed form of some lists."""
        rows = [list(row) for row in lists]
        offsets = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(row) for row in rows], out=offsets[1:])
        return cls(offsets, np.array([value for row in rows for value in row], dtype=np.int32))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def row(self, index: int, limit: int | None = None) -> list[int]:
        """Return list ``index``, or its first ``limit`` values."""
        start, end = self.offsets[index : index + 2].tolist()
        if limit is not None:
            end = min(end, start + limit)
        found: list[int] = self.values[start:end].tolist()
        return found
