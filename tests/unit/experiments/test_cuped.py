"""Variance reduction by the past."""

import numpy as np
import pytest

from experiments.statistics.cuped import cuped

NONE = float("nan")


def test_what_the_past_explains_is_taken_out() -> None:
    """Where a value is twice the past, all users end at the common mean."""
    adjusted = cuped(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0]))
    assert adjusted == pytest.approx([4.0, 4.0, 4.0])


def test_a_user_without_a_past_keeps_their_value() -> None:
    """Nothing known, nothing taken out."""
    adjusted = cuped(np.array([2.0, 4.0, 6.0, 9.0]), np.array([1.0, 2.0, 3.0, NONE]))
    assert adjusted is not None
    assert adjusted[3] == 9


@pytest.mark.parametrize("past", [[NONE, NONE, NONE], [1.0, 2.0, NONE], [5.0, 5.0, 5.0]])
def test_too_little_past_is_none(past: list[float]) -> None:
    """Fewer than three pasts, or pasts that are all the same, predict nothing."""
    assert cuped(np.array([1.0, 2.0, 3.0]), np.array(past)) is None


def test_the_variance_falls_by_what_is_explained() -> None:
    """With a correlation of r the variance falls to 1 - r², as the paper derives, and the mean stays."""
    rng = np.random.default_rng(1)
    past = rng.normal(size=20_000)
    values = 10 + 0.8 * past + 0.6 * rng.normal(size=20_000)
    adjusted = cuped(values, past)
    assert adjusted is not None
    assert adjusted.var() / values.var() == pytest.approx(1 - 0.64, abs=0.02)
    assert adjusted.mean() == pytest.approx(values.mean())
