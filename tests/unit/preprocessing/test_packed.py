"""Small numbers in one, and rows grouped by counting."""

from __future__ import annotations

import numpy as np

from preprocessing.packed import grouped


def test_equal_rows_stand_together_in_their_order() -> None:
    """Row 0 stands at place 1, row 1 at 3 and 5, row 2 at 0, 2 and 4; row 3 nowhere."""
    assert grouped(np.array([2, 0, 2, 1, 2, 1]), 4).tolist() == [1, 3, 5, 0, 2, 4]


def test_nothing_is_grouped_into_nothing() -> None:
    """Of no rows there is no place."""
    assert grouped(np.array([], dtype=np.int32), 1).tolist() == []
