"""What each user heard of each artist, or each group of each track: rows that stand together, summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from preprocessing.packed import mask
from preprocessing.runs import sorted_runs

Rows = NDArray[np.int64]
Labels = NDArray[np.int32]

_BITS = np.uint64(16)  # of an amount


@dataclass(frozen=True, slots=True)
class Entries:
    """One for each owner and item of some rows, in this order."""

    owner: Labels  # (n,)
    item: Labels  # (n,)
    total: Rows  # (n,), summed amounts
    rows: Rows  # (n,), how many were summed

    def of(self, chosen: NDArray[np.bool_]) -> Entries:
        """Return some of them."""
        return Entries(self.owner[chosen], self.item[chosen], self.total[chosen], self.rows[chosen])


def entries_of(owner: Labels, item: Labels, amount: NDArray[np.integer[Any]]) -> Entries:
    """Return the sums of the rows of each owner and item.

    Args:
        owner: Of each row; equal ones stand together.
        item: Of each row.
        amount: Of each row, 0 or more and below 2 ** 16.
    """
    packed = (item.astype(np.uint64) << _BITS) | amount.astype(np.uint64)
    ordered = sorted_runs(packed, lengths_of(owner))
    items = (ordered >> _BITS).astype(np.int32)
    starts = starts_of(owner, items)
    total = np.add.reduceat((ordered & mask(16)).view(np.int64), starts) if len(starts) else np.zeros(0, np.int64)
    return Entries(owner[starts], items[starts], total, np.diff(starts, append=len(owner)))


def starts_of(*columns: NDArray[Any]) -> Rows:
    """Return where another combination of values begins."""
    begins = np.zeros(len(columns[0]), dtype=np.bool_)
    begins[:1] = True
    for column in columns:
        begins[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(begins)


def lengths_of(labels: NDArray[Any]) -> Rows:
    """Return how many equal labels stand together, run by run."""
    return np.diff(starts_of(labels), append=len(labels))
