"""The best partners of each row, out of its pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from preprocessing.packed import bits_of, mask
from preprocessing.runs import PAD, blocks, held_places, starts_of

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


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of some rows, each with a place in a table that has a row for each of them."""

    rows: Rows  # (r,)
    lengths: Rows  # (r,), pairs of each
    width: int  # of the table
    places: Rows  # (p,), in the flat table, ascending
    partners: Rows  # (p,)
    weights: Rows  # (p,), summed

    @property
    def row(self) -> Rows:
        """The row of each pair."""
        return np.repeat(self.rows, self.lengths)


def rank(
    row: Rows, partner: Rows, weight: Rows, norms: NDArray[np.float64], n: int, choice: Choice
) -> tuple[Rows, Partners]:
    """Return some rows and their best partners, see ``best_of``.

    Args:
        row: Equal ones stand together.
        partner: Of each row, in any order.
        weight: The summed weight of each pair.
        norms: The product of the two rows' norms, for each pair.
        n: Number of rows there are.
        choice: How many are kept, and which.
    """
    starts = starts_of(row)
    ends = np.append(starts[1:], len(row))
    rows, lengths = row[starts], ends - starts
    found = Partners.none(len(rows), choice.k)
    for block in blocks(lengths):
        some, held = slice(starts[block.start], ends[block.stop - 1]), held_places(lengths[block])
        pairs = Pairs(rows[block], lengths[block], held.shape[1], np.flatnonzero(held), partner[some], weight[some])
        found.put(np.arange(block.start, block.stop), best_of(pairs, norms[some], n, choice))
    return rows, found


def best_of(pairs: Pairs, norms: NDArray[np.float64], n: int, choice: Choice) -> Partners:
    """Return the best partners of some rows by shrunk cosine: weight / (norms + shrinkage).

    Args:
        pairs: Of the rows.
        norms: The product of the two rows' norms, for each pair.
        n: Number of rows there are.
        choice: How many are kept, and which.

    Source: Deshpande & Karypis (2004), item-based top-N; the shrinkage is Bell & Koren's (2007).
    """
    row_bits = bits_of(n)
    score_bits = min(64 - 2 * row_bits, 32)
    best = 2**score_bits - 1
    cosine = pairs.weights / (norms + choice.shrinkage)
    # (how far from the best score, partner) in one number.
    far = (best - np.rint(np.minimum(cosine, 1.0) * best)).astype(np.uint64)
    table = np.full((len(pairs.rows), pairs.width), PAD)
    table.reshape(-1)[pairs.places] = (far << np.uint64(row_bits)) | pairs.partners.view(np.uint64)
    table.sort(axis=1)
    if choice.groups is not None:
        _thin(table, choice.k, choice.groups, choice.per_group, mask(row_bits))
    kept = np.full((len(table), choice.k), PAD)
    kept[:, : pairs.width] = table[:, : choice.k]
    none = kept == PAD
    scores = 1 - (kept >> np.uint64(row_bits)) / best
    indices = (kept & mask(row_bits)).astype(np.int32)
    indices[none], scores[none] = -1, 0
    return Partners(indices, scores.astype(np.float32))


def _thin(ranked: NDArray[np.uint64], k: int, groups: NDArray[np.int32], per_group: int, partner: np.uint64) -> None:
    """Leave out of the first k of each row what is not among the first ``per_group`` of its group; others move up.

    Most rows are told by their first k, and few of the others need to be looked at to their end.

    Args:
        ranked: Partners in their lowest bits, the best of each row first. Behind the first k they stay as they are.
        k: Wanted of each row.
        groups: Of the partners.
        per_group: Of one group kept.
        partner: Mask of the bits of a partner.
    """
    rows, width, longest = np.arange(len(ranked)), k, ranked.shape[1]
    while len(rows):
        table = ranked[rows, :width]
        group = groups.take((table & partner).view(np.int64), mode="clip").astype(np.uint64)
        bits = np.uint64(table.shape[1].bit_length())
        ordered = (group << bits) | np.arange(table.shape[1], dtype=np.uint64)
        ordered.sort(axis=1)
        group = ordered >> bits
        row, behind = np.nonzero(group[:, per_group:] == group[:, :-per_group])
        table[row, (ordered[row, behind + per_group] & mask(int(bits))).view(np.int64)] = PAD
        table.sort(axis=1)
        told = (table[:, k - 1 : k] != PAD).all(axis=1) if width < longest else np.ones(len(rows), dtype=np.bool_)
        ranked[rows[told], :k] = table[told, :k]
        rows, width = rows[~told], 2 * width
