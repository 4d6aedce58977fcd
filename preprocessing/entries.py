"""What each user heard of each artist, or each group of each track: rows that stand together, summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from preprocessing.packed import mask
from preprocessing.runs import lengths_of, sorted_runs, starts_of

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
    items, amounts, starts = in_entries(owner, item, amount)
    total = np.add.reduceat(amounts, starts) if len(starts) else amounts
    return Entries(owner[starts], items, total, np.diff(starts, append=len(owner)))


def in_entries(owner: Labels, item: Labels, amount: NDArray[np.integer[Any]]) -> tuple[Labels, Rows, Rows]:
    """Return the item of each entry, the amounts entry by entry, the least of each first, and where entries start.

    Item and amount are one number, and each owner's are sorted by themselves: several times as fast as a hash table of
    them fills. The arguments are those of ``entries_of``.
    """
    packed = (item.astype(np.uint64) << _BITS) | amount.astype(np.uint64)
    ordered = sorted_runs(packed, lengths_of(owner))
    items = (ordered >> _BITS).astype(np.int32)
    starts = starts_of(owner, items)
    return items[starts], (ordered & mask(16)).view(np.int64), starts
