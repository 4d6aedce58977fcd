"""The best partners of each row, out of its pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from preprocessing.packed import bits_of, mask
from preprocessing.runs import PAD, blocks, held_places, sorted_rows

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

    def put(self, rows: Rows, partners: Partners) -> None:
        """Write the partners of some rows."""
        self.indices[rows], self.scores[rows] = partners.indices, partners.scores


@dataclass(frozen=True, slots=True)
class Choice:
    """How partners are chosen."""

    k: int  # partners kept; ties are broken by row
    shrinkage: float  # added to the cosine's denominator, in the unit of the squared weights
    groups: NDArray[np.int32] | None = None  # (n,), each row's group
    per_group: int = 0  # partners of one group kept


def rank(
    row: Rows, partner: NDArray[Any], weight: NDArray[Any], norms: NDArray[np.float64], n: int, choice: Choice
) -> tuple[Rows, Partners]:
    """Return some rows and their best partners by shrunk cosine: weight / (norms + shrinkage).

    Args:
        row: Equal ones stand together.
        partner: Of each row, in any order.
        weight: The summed weight of each pair.
        norms: The product of the two rows' norms, for each pair.
        n: Number of rows there are.
        choice: How many are kept, and which.

    Source: Deshpande & Karypis (2004), item-based top-N; the shrinkage is Bell & Koren's (2007).
    """
    cosine = weight / (norms + choice.shrinkage)
    row_bits = bits_of(n)
    score_bits = min(64 - 2 * row_bits, 32)
    best = 2**score_bits - 1
    # (how far from the best score, partner) in one number.
    far = (best - np.rint(np.minimum(cosine, 1.0) * best)).astype(np.uint64)
    packed = (far << np.uint64(row_bits)) | partner.astype(np.uint64)
    starts = np.flatnonzero(np.append(np.ones(min(len(row), 1), dtype=np.bool_), row[1:] != row[:-1]))
    lengths = np.diff(starts, append=len(row))
    kept = np.full((len(starts), choice.k), PAD)
    for block in blocks(lengths):
        some = lengths[block]
        end = starts[block.stop] if block.stop < len(starts) else len(row)
        table = sorted_rows(packed[starts[block.start] : end], held_places(some))
        if choice.groups is not None:
            _thin(table, choice.k, choice.groups, choice.per_group, mask(row_bits))
        kept[block, : table.shape[1]] = table[:, : choice.k]
    none = kept == PAD
    scores = 1 - (kept >> np.uint64(row_bits)) / best
    indices = (kept & mask(row_bits)).astype(np.int32)
    indices[none], scores[none] = -1, 0
    return row[starts], Partners(indices, scores.astype(np.float32))


def _thin(ranked: NDArray[np.uint64], k: int, groups: NDArray[np.int32], per_group: int, partner: np.uint64) -> None:
    """Leave out of each row what is not among the first ``per_group`` of its group, where that changes the first k.

    Args:
        ranked: Partners in their lowest bits, the best of each row first.
        k: Wanted of each row.
        groups: Of the partners.
        per_group: Of one group kept.
        partner: Mask of the bits of a partner.
    """
    group = groups.take((ranked[:, :k] & partner).view(np.int64), mode="clip")
    group = np.where(ranked[:, :k] == PAD, -1 - np.arange(group.shape[1]), group)
    group.sort(axis=1)
    crowded = (group[:, per_group:] == group[:, :-per_group]).any(axis=1)
    table = ranked[crowded]
    bits = np.uint64(table.shape[1].bit_length())
    group = groups.take((table & partner).view(np.int64), mode="clip").astype(np.uint64) << bits
    ordered = np.sort(group | np.arange(table.shape[1], dtype=np.uint64), axis=1)
    row, behind = np.nonzero(ordered[:, per_group:] >> bits == ordered[:, :-per_group] >> bits)
    table[row, (ordered[row, behind + per_group] & mask(int(bits))).view(np.int64)] = PAD
    table.sort(axis=1)
    ranked[crowded] = table
