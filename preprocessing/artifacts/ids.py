"""External ids: all integers or all strings, sorted, so that an id's row is found without a private index.

Rows are numbered in the order of the sorted ids. That makes every artifact independent of the input's order,
and a look-up a binary search in pages that all workers share.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from preprocessing.artifacts.texts import Texts


@dataclass(frozen=True, slots=True)
class IntegerIds:
    """Sorted integer ids; where they are consecutive, a row is a subtraction."""

    values: NDArray[np.int64]  # (n,), strictly ascending
    first: int = field(init=False)
    consecutive: bool = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.values)
        first = int(self.values[0]) if n else 0
        object.__setattr__(self, "first", first)
        object.__setattr__(self, "consecutive", n > 0 and int(self.values[-1]) - first == n - 1)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, row: int) -> int:
        if self.consecutive:
            return self.first + row
        return int(self.values[row])

    def find(self, external_id: int | str) -> int | None:
        """Return the row of an id, or None where the id is not held."""
        if not isinstance(external_id, int):
            return None
        row = external_id - self.first
        if self.consecutive:
            return row if 0 <= row < len(self.values) else None
        if not -(2**63) <= external_id < 2**63:
            return None
        row = int(self.values.searchsorted(external_id))  # NumPy's function of the same name costs twice as much
        return row if row < len(self.values) and self.values.item(row) == external_id else None

    def find_all(self, external_ids: Sequence[int | str]) -> list[int | None]:
        """Return the row of each id, or None where an id is not held."""
        if self.consecutive:
            first, end = self.first, self.first + len(self.values)
            with suppress(TypeError):  # ids of the other type are looked up one by one, and not found
                return [i - first if first <= i < end else None for i in external_ids]  # type: ignore[operator]
        return [self.find(external_id) for external_id in external_ids]


@dataclass(frozen=True, slots=True)
class TextIds:
    """Sorted text ids (by code point)."""

    values: Texts

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, row: int) -> str:
        return self.values[row]

    def find(self, external_id: int | str) -> int | None:
        """Return the row of an id, or None where the id is not held."""
        if not isinstance(external_id, str):
            return None
        row = bisect_left(self.values, external_id)
        return row if row < len(self.values) and self.values[row] == external_id else None

    def find_all(self, external_ids: Sequence[int | str]) -> list[int | None]:
        """Return the row of each id, or None where an id is not held."""
        return [self.find(external_id) for external_id in external_ids]


Ids = IntegerIds | TextIds
