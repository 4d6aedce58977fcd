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

from preprocessing.packed import MOST_ROW_BITS, bits_of, in_order, mask, places
from preprocessing.partners import Choice, Partners, Rows, rank

# Pairs of a block, about: a sort of this many packed numbers stays in the cache.
BLOCK_PAIRS = 2**18


@dataclass(frozen=True, slots=True)
class Members:
    """Who stands in which cell. Equal cells stand together, and a row stands at most once in each."""

    cells: NDArray[Any]
    rows: NDArray[Any]  # 0 or more
    weights: Rows  # positive

    def norms(self, n: int) -> Rows:
        """Return the summed squared weight of each of n rows."""
        norms = np.zeros(n, dtype=np.int64)
        np.add.at(norms, self.rows, self.weights**2)
        return norms


def best_partners(members: Members, n: int, max_lag: int, choice: Choice) -> Partners:
    """Return each row's best partners among the pairs of ``summed_pairs``, see ``rank``."""
    root = np.sqrt(members.norms(n).astype(np.float64))
    found = Partners.none(n, choice.k)
    for row, partner, weight in summed_pairs(members, n, max_lag):
        rank(row, partner, weight, root[row] * root[partner], n, choice).write(found)
    return found


def summed_pairs(members: Members, n: int, max_lag: int) -> Iterator[tuple[Rows, Rows, Rows]]:
    """Yield (row, partner, weight) of all pairs, some consecutive whole rows at a time; sorted by row and partner.

    Two members that stand within ``max_lag`` in a cell weigh the product of their weights, summed over the cells.

    Args:
        members: In the order that the lag is counted in.
        n: Number of rows.
        max_lag: The largest distance.
    """
    rows, weights = members.rows, members.weights
    weight_bits = int(weights.max(initial=1)).bit_length()
    packed = (rows.astype(np.uint64) << np.uint64(weight_bits)) | weights.astype(np.uint64)
    before, after = _neighbourhoods(members.cells, max_lag)
    most_rows = 2 ** min(64 - 2 * weight_bits - bits_of(n), MOST_ROW_BITS)
    by_row = in_order((rows.astype(np.uint64) << np.uint64(32)) | np.arange(len(rows), dtype=np.uint64))
    for block in _blocks(by_row, before + after, most_rows):
        first_row = int(block[0] >> np.uint64(32))
        where = (block & mask(32)).view(np.int64)
        yield _pairs_of_block(packed, where, before[where], after[where], first_row, weight_bits, n)


def _neighbourhoods(cells: NDArray[Any], max_lag: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return how many members of its cell stand before and after each member, at most ``max_lag``."""
    place = places(cells)
    ends = np.flatnonzero(np.append(cells[1:] != cells[:-1], np.ones(min(len(cells), 1), dtype=np.bool_)))
    left = np.repeat(place[ends], np.diff(ends, prepend=-1)) - place
    return np.minimum(place, max_lag).astype(np.int32), np.minimum(left, max_lag).astype(np.int32)


def _blocks(by_row: NDArray[np.uint64], counts: NDArray[np.int32], most_rows: int) -> Iterator[NDArray[np.uint64]]:
    """Yield the members, as (row, place), of some consecutive whole rows at a time."""
    pairs = np.cumsum(counts[(by_row & mask(32)).view(np.int64)], dtype=np.int64)
    start, done = 0, 0
    while start < len(by_row):
        end = min(max(int(np.searchsorted(pairs, done + BLOCK_PAIRS)), start + 1), len(by_row))
        first = int(by_row[start]) >> 32
        last = min(int(by_row[end - 1]) >> 32, first + most_rows - 1)
        end = int(np.searchsorted(by_row, np.uint64((last + 1) << 32)))
        yield by_row[start:end]
        start, done = end, int(pairs[end - 1])


def _pairs_of_block(
    members: NDArray[np.uint64],
    where: Rows,
    before: NDArray[np.int32],
    after: NDArray[np.int32],
    first_row: int,
    weight_bits: int,
    n: int,
) -> tuple[Rows, Rows, Rows]:
    """Return (row, partner, weight) of a block's pairs, equal pairs added up, sorted by row and partner."""
    counts = before + after
    own = np.repeat(members[where], counts)
    partner = np.arange(len(own)) + np.repeat(where - before - np.cumsum(counts) + counts, counts)
    partner += partner >= np.repeat(where, counts)  # a member is not its own partner
    other = members[partner]
    weight_mask, shift = mask(weight_bits), np.uint64(weight_bits)
    # One number holds row, partner and weight: it sorts several times as fast as columns do.
    local = (own >> shift) - np.uint64(first_row)
    packed = (((local << np.uint64(bits_of(n))) | (other >> shift)) << (shift + shift)) | (
        (own & weight_mask) * (other & weight_mask)
    )
    packed = in_order(packed)
    pair = packed >> (shift + shift)
    starts = np.flatnonzero(np.append(np.ones(min(len(pair), 1), dtype=np.bool_), pair[1:] != pair[:-1]))
    weight = (packed & mask(2 * weight_bits)).view(np.int64)
    pair = pair[starts]
    row = (pair >> np.uint64(bits_of(n))).view(np.int64) + first_row
    summed = np.add.reduceat(weight, starts) if len(starts) else weight
    return row, (pair & mask(bits_of(n))).view(np.int64), summed
