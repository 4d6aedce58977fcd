"""The best partners of each row, out of its pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from preprocessing.packed import bits_of, in_order, mask, places

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Partners:
    """The k best partners of every row, best first."""

    indices: NDArray[np.int32]  # (n, k), -1 pads
    scores: NDArray[np.float32]  # (n, k), 0 where padded

    @classmethod
    def none(cls, n: int, k: int) -> Partners:
        """Return n rows that have no partner yet."""
        return cls(np.full((n, k), -1, dtype=np.int32), np.zeros((n, k), dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Choice:
    """How partners are chosen."""

    k: int  # partners kept; ties are broken by row
    shrinkage: float  # added to the cosine's denominator, in the unit of the squared weights
    groups: NDArray[np.int32] | None = None  # (n,), each row's group
    per_group: int = 0  # partners of one group kept


@dataclass(frozen=True, slots=True)
class Ranked:
    """Partners that are kept: ``partner`` is the ``place``-th best of ``row``."""

    row: Rows
    place: Rows
    partner: Rows
    score: NDArray[np.float64]

    def write(self, found: Partners, first_row: int = 0) -> None:
        """Write them to their rows, of which ``found`` holds those from ``first_row`` on."""
        found.indices[self.row - first_row, self.place] = self.partner
        found.scores[self.row - first_row, self.place] = self.score


def rank(
    row: Rows, partner: NDArray[Any], weight: NDArray[Any], norms: NDArray[np.float64], n: int, choice: Choice
) -> Ranked:
    """Return the best partners of some rows by shrunk cosine: weight / (norms + shrinkage).

    Args:
        row: At most 4,096 different ones, see ``packed.MOST_ROW_BITS``, ascending.
        partner: Of each row, in any order.
        weight: The summed weight of each pair.
        norms: The product of the two rows' norms, for each pair.
        n: Number of rows there are.
        choice: How many are kept, and which.

    Source: Deshpande & Karypis (2004), item-based top-N; the shrinkage is Bell & Koren's (2007).
    """
    cosine = weight / (norms + choice.shrinkage)
    first_row = row[0] if len(row) else 0
    row_bits = bits_of(n)
    score_bits = min(64 - 2 * row_bits, 32)
    best = 2**score_bits - 1
    # (row, how far from the best score, partner), again in one number.
    far = (best - np.rint(np.minimum(cosine, 1.0) * best)).astype(np.uint64)
    local = (row - first_row).astype(np.uint64)
    head = (local << np.uint64(score_bits)) | far
    packed = in_order((head << np.uint64(row_bits)) | partner.astype(np.uint64))
    # Equal rows stand where they stood; only their partners have a new order.
    if choice.groups is not None:
        kept = _within_groups(packed, row, choice.groups, choice.per_group, row_bits)
        row, packed = row[kept], packed[kept]
    place = places(row)
    kept = place < choice.k
    row, place, packed = row[kept], place[kept], packed[kept]
    score = 1 - ((packed >> np.uint64(row_bits)) & mask(score_bits)) / best
    return Ranked(row, place, (packed & mask(row_bits)).view(np.int64), score)


def _within_groups(
    packed: NDArray[np.uint64], row: NDArray[np.int64], groups: NDArray[np.int32], per_group: int, row_bits: int
) -> NDArray[np.bool_]:
    """Return which members are among the first ``per_group`` of their group in their row."""
    kept = np.ones(len(row), dtype=np.bool_)
    # Only a row of more partners than a group may have can have too many of one.
    long = np.flatnonzero(np.bincount(row - row[0], minlength=1)[row - row[0]] > per_group) if len(row) else row
    group = groups[(packed[long] & mask(row_bits)).view(np.int64)].astype(np.uint64)
    local = (row[long] - row[0]).astype(np.uint64) if len(long) else group
    group_bits, place_bits = bits_of(int(groups.max(initial=0)) + 1), max(len(long), 1).bit_length()
    key = (local << np.uint64(group_bits)) | group
    ordered = in_order((key << np.uint64(place_bits)) | np.arange(len(long), dtype=np.uint64))
    many = places(ordered >> np.uint64(place_bits)) >= per_group
    kept[long[(ordered[many] & mask(place_bits)).view(np.int64)]] = False
    return kept
