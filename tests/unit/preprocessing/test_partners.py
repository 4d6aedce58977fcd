"""The best partners of a row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from preprocessing.partners import Choice, rank


def test_partners_of_one_group_give_way_however_many_they_are() -> None:
    """The best seven are of one group: two of them stay, and the eighth and ninth, of others, move up."""
    partner, weight = np.arange(1, 11), np.arange(10, 0, -1)
    groups = np.array([9, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3], dtype=np.int32)
    rows, found = rank(np.zeros(10, dtype=np.int64), partner, weight, np.full(10, 10.0), 11, Choice(4, 0.0, groups, 2))
    assert rows.tolist() == [0]
    assert found.indices.tolist() == [[1, 2, 8, 9]]
    assert _tenths(found.scores) == [[10, 9, 3, 2]]


def test_a_row_of_one_group_ends_early() -> None:
    """All are of one group: one stays, and nothing moves up."""
    groups = np.zeros(7, dtype=np.int32)
    partner = np.arange(1, 7)
    _, found = rank(np.zeros(6, dtype=np.int64), partner, partner, np.full(6, 10.0), 7, Choice(2, 0.0, groups, 1))
    assert found.indices.tolist() == [[6, -1]]
    assert _tenths(found.scores) == [[6, 0]]


def test_rows_of_any_length_are_ranked_by_themselves() -> None:
    """A row of one and a row of three, ties by partner."""
    row, partner = np.array([4, 7, 7, 7]), np.array([0, 3, 2, 1])
    rows, found = rank(row, partner, np.array([5, 5, 5, 10]), np.full(4, 10.0), 8, Choice(2, 0.0))
    assert rows.tolist() == [4, 7]
    assert found.indices.tolist() == [[0, -1], [1, 2]]
    assert _tenths(found.scores) == [[5, 0], [10, 5]]


def _tenths(scores: NDArray[np.float32]) -> list[list[int]]:
    found: list[list[int]] = np.rint(scores * 10).astype(int).tolist()
    return found
