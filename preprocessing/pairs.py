"""What stands together: each member's best partners among those of its cells.

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
import polars as pl
from numpy.typing import NDArray

# Pairs of a block, about: a sort of this many packed numbers stays in the cache.
BLOCK_PAIRS = 2**18
# Rows of a block, at most: with a group of 24 bits they leave 28 of 64 bits to a pair's place in the block.
MOST_ROW_BITS = 12


@dataclass(frozen=True, slots=True)
class Partners:
    """The k best partners of every row, best first."""

    indices: NDArray[np.int32]  # (n, k), -1 pads
    scores: NDArray[np.float32]  # (n, k), 0 where padded


@dataclass(frozen=True, slots=True)
class Choice:
    """How partners are chosen."""

    k: int  # partners kept; ties are broken by row
    shrinkage: float  # added to the cosine's denominator, in the unit of the squared weights
    groups: NDArray[np.int32] | None = None  # (n,), each row's group
    per_group: int = 0  # partners of one group kept


def best_partners(
    cells: NDArray[Any], rows: NDArray[Any], weights: NDArray[Any], n: int, max_lag: int, choice: Choice
) -> Partners:
    """Return each row's best partners by shrunk cosine: weight / (sqrt(norm * norm) + shrinkage).

    Two members that stand within ``max_lag`` in a cell weigh the product of their weights, summed over the
    cells; a row's norm is its summed squared weight.

    Args:
        cells: The cell of each member; equal ones stand together.
        rows: The row of each member, 0 or more, distinct within a cell.
        weights: A positive integer per member.
        n: Number of rows.
        max_lag: The largest distance in the given order.
        choice: How many are kept, and which.

    Source: Deshpande & Karypis (2004), item-based top-N; the shrinkage is Bell & Koren's (2007).
    """
    weights = weights.astype(np.int64)
    norms = np.zeros(n, dtype=np.int64)
    np.add.at(norms, rows, weights**2)
    root = np.sqrt(norms.astype(np.float64))
    weight_bits = int(weights.max(initial=1)).bit_length()
    members = (rows.astype(np.uint64) << np.uint64(weight_bits)) | weights.astype(np.uint64)
    before, after = _neighbourhoods(cells, max_lag)
    found = Partners(np.full((n, choice.k), -1, dtype=np.int32), np.zeros((n, choice.k), dtype=np.float32))
    most_rows = 2 ** min(64 - 2 * weight_bits - _bits(n), MOST_ROW_BITS)
    by_row = _sorted((rows.astype(np.uint64) << np.uint64(32)) | np.arange(len(rows), dtype=np.uint64))
    for block in _blocks(by_row, before + after, most_rows):
        first_row = int(block[0] >> np.uint64(32))
        places = (block & _mask(32)).view(np.int64)
        row, partner, weight = _summed_pairs(members, places, before[places], after[places], first_row, weight_bits, n)
        cosine = weight / (root[row] * root[partner] + choice.shrinkage)
        _keep_best(row, partner, cosine, first_row, choice, found)
    return found


def _neighbourhoods(cells: NDArray[Any], max_lag: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return how many members of its cell stand before and after each member, at most ``max_lag``."""
    place = _places(cells)
    ends = np.flatnonzero(np.append(cells[1:] != cells[:-1], np.ones(min(len(cells), 1), dtype=np.bool_)))
    left = np.repeat(place[ends], np.diff(ends, prepend=-1)) - place
    return np.minimum(place, max_lag).astype(np.int32), np.minimum(left, max_lag).astype(np.int32)


def _blocks(by_row: NDArray[np.uint64], counts: NDArray[np.int32], most_rows: int) -> Iterator[NDArray[np.uint64]]:
    """Yield the members, as (row, place), of some consecutive whole rows at a time."""
    pairs = np.cumsum(counts[(by_row & _mask(32)).view(np.int64)], dtype=np.int64)
    start, done = 0, 0
    while start < len(by_row):
        end = min(max(int(np.searchsorted(pairs, done + BLOCK_PAIRS)), start + 1), len(by_row))
        first = int(by_row[start]) >> 32
        last = min(int(by_row[end - 1]) >> 32, first + most_rows - 1)
        end = int(np.searchsorted(by_row, np.uint64((last + 1) << 32)))
        yield by_row[start:end]
        start, done = end, int(pairs[end - 1])


def _summed_pairs(
    members: NDArray[np.uint64],
    places: NDArray[np.int64],
    before: NDArray[np.int32],
    after: NDArray[np.int32],
    first_row: int,
    weight_bits: int,
    n: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return (row, partner, weight) of a block's pairs, equal pairs added up, sorted by row and partner."""
    counts = before + after
    own = np.repeat(members[places], counts)
    partner = np.arange(len(own)) + np.repeat(places - before - np.cumsum(counts) + counts, counts)
    partner += partner >= np.repeat(places, counts)  # a member is not its own partner
    other = members[partner]
    weight_mask, shift = _mask(weight_bits), np.uint64(weight_bits)
    # One number holds row, partner and weight: it sorts several times as fast as columns do.
    local = (own >> shift) - np.uint64(first_row)
    packed = (((local << np.uint64(_bits(n))) | (other >> shift)) << (shift + shift)) | (
        (own & weight_mask) * (other & weight_mask)
    )
    packed = _sorted(packed)
    pair = packed >> (shift + shift)
    starts = np.flatnonzero(np.append(np.ones(min(len(pair), 1), dtype=np.bool_), pair[1:] != pair[:-1]))
    weight = (packed & _mask(2 * weight_bits)).view(np.int64)
    pair = pair[starts]
    row = (pair >> np.uint64(_bits(n))).view(np.int64) + first_row
    summed = np.add.reduceat(weight, starts) if len(starts) else weight
    return row, (pair & _mask(_bits(n))).view(np.int64), summed


def _keep_best(
    row: NDArray[np.int64],
    partner: NDArray[np.int64],
    cosine: NDArray[np.float64],
    first_row: int,
    choice: Choice,
    found: Partners,
) -> None:
    """Write the best partners of some rows to their places in ``found``."""
    row_bits = _bits(len(found.indices))
    score_bits = min(64 - 2 * row_bits, 32)
    best = 2**score_bits - 1
    # (row, how far from the best score, partner), again in one number.
    far = (best - np.rint(np.minimum(cosine, 1.0) * best)).astype(np.uint64)
    local = (row - first_row).astype(np.uint64)
    head = (local << np.uint64(score_bits)) | far
    packed = _sorted((head << np.uint64(row_bits)) | partner.astype(np.uint64))
    # Equal rows stand where they stood; only their partners have a new order.
    if choice.groups is not None:
        kept = _within_groups(packed, row, choice.groups, choice.per_group, row_bits)
        row, packed = row[kept], packed[kept]
    place = _places(row)
    kept = place < choice.k
    row, place, packed = row[kept], place[kept], packed[kept]
    found.indices[row, place] = packed & _mask(row_bits)
    found.scores[row, place] = 1 - ((packed >> np.uint64(row_bits)) & _mask(score_bits)) / best


def _within_groups(
    packed: NDArray[np.uint64], row: NDArray[np.int64], groups: NDArray[np.int32], per_group: int, row_bits: int
) -> NDArray[np.bool_]:
    """Return which members are among the first ``per_group`` of their group in their row."""
    kept = np.ones(len(row), dtype=np.bool_)
    # Only a row of more partners than a group may have can have too many of one.
    long = np.flatnonzero(np.bincount(row - row[0], minlength=1)[row - row[0]] > per_group) if len(row) else row
    group = groups[(packed[long] & _mask(row_bits)).view(np.int64)].astype(np.uint64)
    local = (row[long] - row[0]).astype(np.uint64) if len(long) else group
    group_bits, place_bits = _bits(int(groups.max(initial=0)) + 1), max(len(long), 1).bit_length()
    key = (local << np.uint64(group_bits)) | group
    ordered = _sorted((key << np.uint64(place_bits)) | np.arange(len(long), dtype=np.uint64))
    many = _places(ordered >> np.uint64(place_bits)) >= per_group
    kept[long[(ordered[many] & _mask(place_bits)).view(np.int64)]] = False
    return kept


def _sorted(packed: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # Twice as fast as NumPy's.
    return pl.Series(packed).sort().to_numpy()


def _mask(bits: int) -> np.uint64:
    return np.uint64(2**bits - 1)


def _places(keys: NDArray[Any]) -> NDArray[np.int64]:
    """Return each element's place among its equals, which stand together."""
    starts = np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1])
    lengths = np.diff(starts, append=len(keys))
    places: NDArray[np.int64] = np.arange(len(keys)) - np.repeat(starts, lengths)
    return places


def _bits(n: int) -> int:
    """Return the bits that a row below n takes; two rows and a score share 64 of them.

    Raises:
        ValueError: There are more than 16 million rows, which would leave the score fewer than 16 bits.
    """
    bits = max(n - 1, 1).bit_length()
    if bits > 24:
        raise ValueError(f"{n} rows are more than pairs are made for (2 ** 24)")
    return bits
