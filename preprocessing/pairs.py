"""What stands together: weighted pairs of the members of a cell, and each member's best partners.

A cell is a session (its members are tracks) or a track (its members are the users who like it). Pairs are
made by shifting sorted rows by 1, 2, ... and are packed into one unsigned 64-bit key, several times cheaper
than a self-join; the lag bounds the work, so that a cell of m members costs m times the lag, not m squared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

# Pairs that are held before equal ones are added up, which bounds the memory: 16 bytes each.
PAIRS_AT_ONCE = 8 * 2**20
# Elements worked on at once: arrays of this length stay in the cache, and their memory is used again.
PORTION = 2**18


@dataclass(frozen=True, slots=True)
class Partners:
    """The k best partners of every row, best first."""

    indices: NDArray[np.int32]  # (n, k), -1 pads
    scores: NDArray[np.float32]  # (n, k), 0 where padded


def count_pairs(cells: NDArray[Any], rows: NDArray[Any], weights: NDArray[Any], max_lag: int) -> pl.DataFrame:
    """Return the pairs of rows that stand within ``max_lag`` in a cell, each with its summed weight.

    Args:
        cells: The cell of each member; equal ones stand together.
        rows: The row of each member, 0 or more, distinct within a cell.
        weights: An integer per member; a pair weighs their product.
        max_lag: The largest distance in the given order.

    Returns:
        ``key`` (the lower row in the upper half, the higher one in the lower) and ``weight`` (int64).
    """
    rows, weights = rows.astype(np.uint64), weights.astype(np.int64)
    pairs = pl.DataFrame(schema={"key": pl.UInt64, "weight": pl.Int64})
    waiting: list[pl.DataFrame] = []
    left = np.arange(len(cells))
    for lag in range(1, max_lag + 1):
        # A member with none at this lag has none at the next.
        left = left[left < len(cells) - lag]
        left = left[cells[left] == cells[left + lag]]
        if not len(left):
            break
        a, b = rows[left], rows[left + lag]
        key = (np.minimum(a, b) << np.uint64(32)) | np.maximum(a, b)
        waiting.append(pl.DataFrame({"key": key, "weight": weights[left] * weights[left + lag]}))
        if sum(map(len, waiting)) > PAIRS_AT_ONCE:
            pairs = _summed([pairs, *waiting])
            waiting.clear()
    return _summed([pairs, *waiting])


def best_partners(
    pairs: pl.DataFrame,
    norms: NDArray[np.int64],
    k: int,
    shrinkage: float,
    groups: NDArray[np.int32] | None = None,
    per_group: int | None = None,
) -> Partners:
    """Return each row's k best partners by shrunk cosine: weight / (sqrt(norm * norm) + shrinkage).

    Args:
        pairs: From ``count_pairs``.
        norms: Each row's summed squared weight, shape (n,).
        k: Partners kept; ties are broken by row.
        shrinkage: In the unit of the weights.
        groups: Each row's group, shape (n,).
        per_group: Partners of one group kept.

    Source: Deshpande & Karypis (2004), item-based top-N; the shrinkage is Bell & Koren's (2007).
    """
    row_bits = _bits(len(norms))
    packed = _packed(pairs, np.sqrt(norms.astype(np.float64)), shrinkage, row_bits)
    indices = np.full((len(norms), k), -1, dtype=np.int32)
    scores = np.zeros((len(norms), k), dtype=np.float32)
    start = 0
    while start < len(packed):
        # A portion ends with its last row's last partner.
        last = packed[min(start + PORTION, len(packed)) - 1] | _mask(np.uint64(64) - row_bits)
        end = int(np.searchsorted(packed, last, side="right"))
        portion = packed[start:end]
        start = end
        row = portion >> (np.uint64(64) - row_bits)
        if groups is not None and per_group is not None:
            kept = _within_groups(row, groups[portion & _mask(row_bits)], per_group)
            row, portion = row[kept], portion[kept]
        place = _places(row)
        kept = place < k
        row, place, portion = row[kept], place[kept], portion[kept]
        indices[row, place] = portion & _mask(row_bits)
        scores[row, place] = 1 - ((portion << row_bits) >> (row_bits + row_bits)) / _best_score(row_bits)
    return Partners(indices, scores)


def _packed(
    pairs: pl.DataFrame, root: NDArray[np.float64], shrinkage: float, row_bits: np.uint64
) -> NDArray[np.uint64]:
    """Return both directions of all pairs as (row, how far from the best score, partner), sorted.

    One number holds all three: it sorts several times as fast as columns do. The score has the bits that the
    rows leave, 24 of them at a million rows.
    """
    best, row_shift = _best_score(row_bits), np.uint64(64) - row_bits
    packed = np.empty((2, len(pairs)), dtype=np.uint64)
    for start in range(0, len(pairs), PORTION):
        portion = pairs[start : start + PORTION]
        key = portion["key"].to_numpy()
        low, high = key >> np.uint64(32), key & _mask(np.uint64(32))
        cosine = portion["weight"].to_numpy() / (root[low] * root[high] + shrinkage)
        far = (best - np.rint(np.minimum(cosine, 1.0) * best)).astype(np.uint64) << row_bits
        packed[0, start : start + PORTION] = (low << row_shift) | far | high
        packed[1, start : start + PORTION] = (high << row_shift) | far | low
    return _sorted(packed.ravel())


def _best_score(row_bits: np.uint64) -> int:
    return int(2 ** min(64 - 2 * int(row_bits), 32)) - 1


def _within_groups(rows: NDArray[np.uint64], groups: NDArray[np.int32], per_group: int) -> NDArray[np.bool_]:
    """Return which members are among the first ``per_group`` of their group in their row."""
    places = _places(rows)
    # (row, group, place) in one number, as above.
    place_bits = _bits(int(places.max(initial=0)) + 1)
    row_shift = place_bits + _bits(int(groups.max(initial=0)) + 1)
    unsorted: NDArray[np.uint64] = (rows << row_shift) | (groups.astype(np.uint64) << place_bits)
    packed = _sorted(unsorted | places.astype(np.uint64))
    packed = packed[_places(packed >> place_bits) < per_group]
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows.view(np.int64)))])
    kept = np.zeros(len(rows), dtype=np.bool_)
    kept[starts[packed >> row_shift] + (packed & _mask(place_bits)).view(np.int64)] = True
    return kept


def _sorted(packed: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # On all cores, and on one still twice as fast as NumPy's.
    return pl.Series(packed).sort().to_numpy()


def _mask(bits: np.uint64) -> np.uint64:
    return np.uint64(2 ** int(bits) - 1)


def _places(keys: NDArray[Any]) -> NDArray[np.int64]:
    """Return each element's place among its equals, which stand together."""
    starts = np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1])
    lengths = np.diff(starts, append=len(keys))
    places: NDArray[np.int64] = np.arange(len(keys)) - np.repeat(starts, lengths)
    return places


def _bits(n: int) -> np.uint64:
    """Return the bits that a row below n takes; two rows and a score share 64 of them.

    Raises:
        ValueError: There are more than 16 million rows, which would leave the score fewer than 16 bits.
    """
    bits = max(n - 1, 1).bit_length()
    if bits > 24:
        raise ValueError(f"{n} rows are more than pairs are made for (2 ** 24)")
    return np.uint64(bits)


def _summed(frames: list[pl.DataFrame]) -> pl.DataFrame:
    frame = pl.concat(frames)
    if frame.is_empty():
        return frame
    # Sorting and adding up runs takes less memory than a hash table of mostly distinct keys.
    frame = frame.sort("key")
    key = frame["key"].to_numpy()
    starts = np.concatenate([[0], np.flatnonzero(key[1:] != key[:-1]) + 1])
    return pl.DataFrame({"key": key[starts], "weight": np.add.reduceat(frame["weight"].to_numpy(), starts)})
