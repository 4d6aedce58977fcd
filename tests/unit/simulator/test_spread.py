"""How widely a chain recommends."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.running.spread import gini, spread_of
from simulator.running.tally import Tally


@pytest.mark.parametrize(
    ("values", "coefficient"),
    [([2, 2, 2, 2], 0), ([0, 0, 0, 8], 0.75), ([0, 1, 2, 3], 5 / 12), ([5], 0), ([0, 0], 0)],
)
def test_gini(values: list[int], coefficient: float) -> None:
    """Equal shares give 0, one that has all of four gives 1 - 1/4, and 0, 1, 2, 3 give 5/12; nothing at all gives 0."""
    assert gini(np.array(values)) == pytest.approx(coefficient)


def test_spread() -> None:
    """Of four tracks by two artists one is recommended three times, and one that nobody ever played once."""
    ones = np.ones(2, dtype=np.int64)
    counts = {"C": np.array([3, 0, 1, 0]), "T1": np.zeros(4, dtype=np.int64)}
    tally = Tally(["C", "C"], ones, np.ones(2), ones, ones, np.array([1, 2]), counts, 0, 0)
    spread = spread_of(tally, "C", np.array([0, 0, 1, 1]), np.array([7, 0, 0, 2]))
    assert spread.coverage == 0.5
    assert spread.track_gini == pytest.approx(gini(np.array([0, 0, 1, 3])))
    assert spread.artist_gini == pytest.approx(gini(np.array([3, 1])))
    assert (spread.artists, spread.unplayed) == (1.5, 0.25)
    nothing = spread_of(tally, "T1", np.array([0, 0, 1, 1]), np.array([7, 0, 0, 2]))
    assert (nothing.coverage, nothing.artists, nothing.unplayed) == (0, 0, 0)
