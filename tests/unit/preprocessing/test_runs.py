"""Runs of numbers as rows of a table."""

from __future__ import annotations

import numpy as np
import pytest

from preprocessing import runs


def test_runs_are_sorted_one_by_one() -> None:
    """Each run is sorted by itself, and what is left of its row is padded."""
    places = runs.held_places(np.array([3, 1, 2]))
    table = runs.sorted_rows(np.array([3, 1, 2, 9, 5, 4], dtype=np.uint64), places)
    assert table.tolist() == [[1, 2, 3], [9, runs.PAD, runs.PAD], [4, 5, runs.PAD]]
    assert table[places].tolist() == [1, 2, 3, 9, 4, 5]


def test_blocks_hold_what_a_table_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs of three take six of six places, a fourth run of two would take nine; a long run stands alone."""
    monkeypatch.setattr(runs, "TABLE", 6)
    found = list(runs.blocks(np.array([3, 3, 2, 7, 1])))
    assert found == [slice(0, 2), slice(2, 3), slice(3, 4), slice(4, 5)]


def test_runs_stay_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sorted in two blocks, the second run stays behind the first."""
    monkeypatch.setattr(runs, "TABLE", 3)
    ordered = runs.sorted_runs(np.array([3, 1, 2, 9, 5], dtype=np.uint64), np.array([3, 2]))
    assert ordered.tolist() == [1, 2, 3, 5, 9]
