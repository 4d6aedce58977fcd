"""The best of many scores."""

from __future__ import annotations

import numpy as np
import pytest

from preprocessing.best import best_places


def test_the_greatest_come_first_and_ties_by_column() -> None:
    """Of 3, 1, 3 and 2 the best three are the columns 0, 2 and 3."""
    assert best_places(np.array([[3.0, 1.0, 3.0, 2.0]], np.float32), 3).tolist() == [[0, 2, 3]]


@pytest.mark.parametrize("n_scores", [5, 39, 40, 41, 1000])
def test_slices_find_what_sorting_finds(n_scores: int) -> None:
    """Rows of few different scores, some of them of one score alone, have the places that a stable sort gives."""
    scores = np.random.default_rng(0).integers(0, 30, (50, n_scores)).astype(np.float32)
    scores[7], scores[8, 3:] = 1.0, -np.inf
    assert np.array_equal(best_places(scores, 5), np.argsort(-scores, axis=1, kind="stable")[:, :5])


def test_no_rows_have_no_places() -> None:
    """An empty table gives an empty one, of the width that is wanted."""
    assert best_places(np.zeros((0, 100), np.float32), 5).shape == (0, 5)
