"""What stands together: pairs of members of the same cells, and each member's best partners among them.

A cell is a session (its members are tracks) or a track (its members are the users who like it). The lag
bounds the work, so that a cell of m members costs m times the lag, not m squared. Rows are worked on block by
block: a block's pairs fit the cache, equal ones are added up and the best are kept at once, so that the pairs
of all rows are never held together.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from preprocessing.packed import grouped, mask
from preprocessing.partners import Choice, Pairs, Partners, Rows, best_of
from preprocessing.runs import blocks, held_places, sorted_rows
from preprocessing.windows import Members, Windows


def best_partners(members: Members, n: int, max_lag: int, choice: Choice) -> Partners:
    """Return each row's best partners among the pairs of ``summed_pairs``, see ``best_of``."""
    root = np.sqrt(members.norms(n).astype(np.float64))
    found = Partners.none(n, choice.k)
    for pairs in summed_pairs(members, n, max_lag):
        norms = np.repeat(root[pairs.rows], pairs.lengths) * root[pairs.partners]
        found.put(pairs.rows, best_of(pairs, norms, n, choice))
    return found


def summed_pairs(members: Members, n: int, max_lag: int) -> Iterator[Pairs]:
    """Yield all pairs, some whole rows at a time.

    Two members that stand within ``max_lag`` in a cell weigh the product of their weights, summed over the cells.
    The rows of most pairs come first.

    Args:
        members: In the order that the lag is counted in.
        n: Number of rows.
        max_lag: The largest distance.
    """
    rows = members.rows
    windows = Windows.of(members, max_lag)
    counts = np.bincount(rows, windows.counts, n).astype(np.int64)
    order = np.argsort(-counts, kind="stable")
    order = order[: np.count_nonzero(counts)]
    place = np.full(n, len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    by_row = grouped(place[rows], len(order) + 1)
    ends = np.cumsum(np.bincount(rows, minlength=n)[order])
    for block in blocks(counts[order]):
        members_of = by_row[ends[block.start - 1] if block.start else 0 : ends[block.stop - 1]]
        own = order[block]
        yield _summed(windows, members_of.astype(np.int64), own, counts[own])


def _summed(windows: Windows, where: Rows, rows: Rows, lengths: Rows) -> Pairs:
    """Return the pairs of some rows, equal pairs added up, each row's sorted by partner.

    Args:
        windows: Of all members.
        where: The members that are these rows, row after row.
        rows: The rows.
        lengths: Pairs of each, equal ones not yet added up.
    """
    # A pad weighs nothing and is a partner of its own behind all others.
    weight = mask(windows.weight_bits)
    table = sorted_rows(windows.pairs_of(where), held_places(lengths), ~weight)
    partner = table >> np.uint64(windows.weight_bits)
    is_last = np.ones(table.shape, dtype=np.bool_)
    np.not_equal(partner[:, 1:], partner[:, :-1], out=is_last[:, :-1])
    is_last[lengths < table.shape[1], -1] = False
    places = np.flatnonzero(is_last)
    # What equal pairs weigh together, by differences of sums over all: half the time of sums of short slices.
    so_far = np.cumsum(table & weight)[places].view(np.int64)
    return Pairs(
        rows,
        is_last.sum(axis=1),
        table.shape[1],
        places,
        partner.ravel()[places].view(np.int64),
        np.diff(so_far, prepend=0),
    )
