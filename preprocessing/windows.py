"""The members that stand near each other in a cell: whom each of them makes pairs with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from preprocessing.packed import mask
from preprocessing.partners import Rows
from preprocessing.runs import starts_of


@dataclass(frozen=True, slots=True)
class Members:
    """Who stands in which cell. Equal cells stand together, and a row stands at most once in each."""

    cells: NDArray[Any]
    rows: NDArray[Any]  # 0 or more
    weights: NDArray[Any]  # positive whole numbers

    def norms(self, n: int) -> Rows:
        """Return the summed squared weight of each of n rows."""
        # Whole numbers below 2 ** 53 are exact in double precision.
        return np.bincount(self.rows, np.square(self.weights, dtype=np.float64), n).astype(np.int64)

    def weigh_alike(self) -> bool:
        """Return whether the members of each cell weigh the same, as all who share a like do."""
        same_cell = self.cells[1:] == self.cells[:-1]
        return not (same_cell & (self.weights[1:] != self.weights[:-1])).any()


@dataclass(frozen=True, slots=True)
class Windows:
    """Each member's neighbours in its cell, a window of all members but for the member itself."""

    packed: NDArray[np.uint64]  # of each member its row, and in the lowest bits a weight
    weight_bits: int  # enough for the weight of a pair
    weigh_alike: bool  # whether the weight of a member is that of its pairs already
    before: NDArray[np.int32]  # members of the window before each member
    counts: NDArray[np.int32]  # before and after

    @classmethod
    def of(cls, members: Members, max_lag: int) -> Windows:
        """Return the windows of members at most ``max_lag`` away."""
        weights = members.weights
        alike = members.weigh_alike()
        bits = 2 * int(weights.max(initial=1)).bit_length()
        # In place: of a large log there are many.
        packed = members.rows.astype(np.uint64)
        packed <<= np.uint64(bits)
        weight = weights.astype(np.uint64)
        packed |= np.square(weight, out=weight) if alike else weight
        before, after = _reaches(members.cells, max_lag)
        return cls(packed, bits, alike, before, before + after)

    def pairs_of(self, where: Rows) -> NDArray[np.uint64]:
        """Return the pairs of some members, member after member: the partner, and in the lowest bits the weight.

        Args:
            where: Places among all members.
        """
        before, counts = self.before[where], self.counts[where]
        ends = np.cumsum(counts, dtype=np.int64)
        partner = np.repeat(where - before - ends + counts, counts)
        partner += np.arange(len(partner))
        partner += partner >= np.repeat(where, counts)  # a member is not its own partner
        pairs = self.packed[partner]
        if not self.weigh_alike:
            own, weight = self.packed[where], mask(self.weight_bits)
            pairs += (pairs & weight) * np.repeat((own & weight) - np.uint64(1), counts)
        return pairs


def _reaches(cells: NDArray[Any], max_lag: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return how many members of its cell stand before and after each member, at most ``max_lag``."""
    starts = starts_of(cells)
    sizes = np.diff(starts, append=len(cells))
    place = np.arange(len(cells), dtype=np.int32)
    place -= np.repeat(starts.astype(np.int32), sizes)
    left = np.repeat((sizes - 1).astype(np.int32), sizes)
    left -= place
    return np.minimum(place, max_lag, out=place), np.minimum(left, max_lag, out=left)
