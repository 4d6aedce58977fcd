"""What stands together: weighted pairs of the members of a cell, and each member's best partners.

A cell is a session (its members are tracks) or a track (its members are the users who like it). Pairs are made
by shifting sorted rows by 1, 2, ... and are packed into one unsigned 64-bit key, several times cheaper than a
self-join; the lag bounds the work, so that a cell of m members costs m times the lag, not m squared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

# Pairs that are held before equal ones are added up, which bounds the memory: 16 bytes each.
PAIRS_AT_ONCE = 8 * 2**20


@dataclass(frozen=True, slots=True)
class Partners:
    """The k best partners of every row, best first."""

    indices: NDArray[np.int32]  # (n, k), -1 pads
    scores: NDArray[np.float32]  # (n, k), 0 where padded


def count_pairs(cells: NDArray[Any], rows: NDArray[Any], weights: NDArray[Any], max_lag: int) -> pl.DataFrame:
    """Return every pair of rows that stand within ``max_lag`` of each other in a cell, with its summed weight.

    Args:
        cells: The cell of each member; equal ones stand together.
        rows: The row of each member, 0 or more, distinct within a cell.
        weights: An integer per member; a pair weighs their product.
        max_lag: The largest distance in the given order.

    Returns:
        ``low`` < ``high`` (rows) and ``weight`` (int64), in no particular order.
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
    return _summed([pairs, *waiting]).select(
        low=(pl.col("key") // 2**32).cast(pl.Int32),
        high=(pl.col("key") % 2**32).cast(pl.Int32),
        weight="weight",
    )


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
    root = np.sqrt(norms.astype(np.float64))
    low, high = pairs["low"].to_numpy(), pairs["high"].to_numpy()
    cosine = pairs["weight"].to_numpy() / (root[low] * root[high] + shrinkage)
    found = pl.DataFrame(
        {
            "row": np.concatenate([low, high]),
            "partner": np.concatenate([high, low]),
            "score": np.tile(cosine.astype(np.float32), 2),
        }
    ).sort("row", "score", "partner", descending=[False, True, False])
    if groups is not None and per_group is not None:
        of_group = pl.int_range(pl.len()).over("row", groups[found["partner"].to_numpy()])
        found = found.filter(of_group < per_group)
    row = found["row"].to_numpy()
    place = np.arange(len(row)) - np.searchsorted(row, row)
    kept = place < k
    indices = np.full((len(norms), k), -1, dtype=np.int32)
    scores = np.zeros((len(norms), k), dtype=np.float32)
    indices[row[kept], place[kept]] = found["partner"].to_numpy()[kept]
    scores[row[kept], place[kept]] = found["score"].to_numpy()[kept]
    return Partners(indices, scores)


def _summed(frames: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(frames).group_by("key").agg(pl.col("weight").sum())
