"""What stands together: pairs of members of the same cells, and each member's best partners among them.

A cell is a session (its members are tracks) or a track (its members are the users who like it). The lag
bounds the work, so that a cell of m members costs m times the lag, not m squared. Rows are worked on block by
block: a block's pairs fit the cache, equal ones are added up and the best are kept at once, so that the pairs
of all rows are never held together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from preprocessing.packed import in_order, mask, places
from preprocessing.partners import Choice, Partners, Rows, rank
from preprocessing.runs import blocks, held_places, sorted_rows


@dataclass(frozen=True, slots=True)
class Members:
    """Who stands in which cell. Equal cells stand together, and a row stands at most once in each."""

    cells: NDArray[Any]
    rows: NDArray[Any]  # 0 or more
    weights: Rows  # positive

    def norms(self, n: int) -> Rows:
        """Return the summed squared weight of each of n rows."""
        # Whole numbers below 2 ** 53 are exact in double precision.
        return np.bincount(self.rows, self.weights.astype(np.float64) ** 2, n).astype(np.int64)


def best_partners(members: Members, n: int, max_lag: int, choice: Choice) -> Partners:
    """Return each row's best partners among the pairs of ``summed_pairs``, see ``rank``."""
    root = np.sqrt(members.norms(n).astype(np.float64))
    found = Partners.none(n, choice.k)
    for row, partner, weight in summed_pairs(members, n, max_lag):
        found.put(*rank(row, partner, weight, root[row] * root[partner], n, choice))
    return found


def summed_pairs(members: Members, n: int, max_lag: int) -> Iterator[tuple[Rows, Rows, Rows]]:
    """Yield (row, partner, weight) of all pairs, some whole rows at a time; each row's sorted by partner.

    Two members that stand within ``max_lag`` in a cell weigh the product of their weights, summed over the cells.
    The rows of most pairs come first.

    Args:
        members: In the order that the lag is counted in.
        n: Number of rows.
        max_lag: The largest distance.
    """
    rows, weights = members.rows, members.weights
    weight_bits = int(weights.max(initial=1)).bit_length()
    # A partner, and room for the weight of a pair with it.
    packed = (rows.astype(np.uint64) << np.uint64(2 * weight_bits)) | weights.astype(np.uint64)
    before, after = _neighbourhoods(members.cells, max_lag)
    pairs = np.bincount(rows, before + after, n).astype(np.int64)
    order = np.argsort(-pairs, kind="stable")
    order = order[: np.count_nonzero(pairs)]
    place = np.full(n, len(order), dtype=np.uint64)
    place[order] = np.arange(len(order), dtype=np.uint64)
    by_row = in_order((place[rows] << np.uint64(32)) | np.arange(len(rows), dtype=np.uint64))
    ends = np.cumsum(np.bincount(rows, minlength=n)[order])
    for block in blocks(pairs[order]):
        members_of = by_row[ends[block.start - 1] if block.start else 0 : ends[block.stop - 1]]
        where = (members_of & mask(32)).view(np.int64)
        own = order[block]
        yield _pairs_of_block(packed, where, before[where], after[where], own, pairs[own], weight_bits)


def _neighbourhoods(cells: NDArray[Any], max_lag: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return how many members of its cell stand before and after each member, at most ``max_lag``."""
    place = places(cells)
    ends = np.flatnonzero(np.append(cells[1:] != cells[:-1], np.ones(min(len(cells), 1), dtype=np.bool_)))
    left = np.repeat(place[ends], np.diff(ends, prepend=-1)) - place
    return np.minimum(place, max_lag).astype(np.int32), np.minimum(left, max_lag).astype(np.int32)


def _pairs_of_block(
    members: NDArray[np.uint64],
    where: Rows,
    before: NDArray[np.int32],
    after: NDArray[np.int32],
    rows: Rows,
    lengths: Rows,
    weight_bits: int,
) -> tuple[Rows, Rows, Rows]:
    """Return (row, partner, weight) of a block's pairs, equal pairs added up, each row's sorted by partner."""
    counts = before + after
    partner = np.arange(lengths.sum()) + np.repeat(where - before - np.cumsum(counts) + counts, counts)
    partner += partner >= np.repeat(where, counts)  # a member is not its own partner
    other = members[partner]
    weight_mask, shift = mask(weight_bits), np.uint64(2 * weight_bits)
    # One number holds partner and weight, as it is sorted.
    own_weight = np.repeat(members[where] & weight_mask, counts)
    other += (other & weight_mask) * (own_weight - np.uint64(1))
    held = held_places(lengths)
    packed = sorted_rows(other, held)[held]
    pair = packed >> shift
    new = np.append(np.ones(1, dtype=np.bool_), pair[1:] != pair[:-1])
    first = np.cumsum(lengths) - lengths
    new[first] = True
    starts = np.flatnonzero(new)
    weight = np.add.reduceat((packed & mask(2 * weight_bits)).view(np.int64), starts)
    row = np.repeat(rows, np.add.reduceat(new, first, dtype=np.int64))
    return row, pair[starts].view(np.int64), weight
