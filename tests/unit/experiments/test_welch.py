"""The plain comparison."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.statistics.welch import Effect, welch

groups = st.lists(st.floats(0.01, 100), min_size=2, max_size=30).map(np.array)


def test_a_comparison_by_hand() -> None:
    """Means 2 and 3 differ by 50 %; with s² = 1, n = 3 the half-width is t(4) * sqrt(2/3) over 2."""
    effect = welch(np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0]))
    half = 100 * 2.776445 * np.sqrt(2 / 3) / 2
    assert effect.percent == 50
    assert effect.interval == pytest.approx((50 - half, 50 + half), abs=1e-4)
    assert effect.standard_error == pytest.approx(100 * np.sqrt(2 / 3) / 2)


def test_a_single_user_has_no_interval() -> None:
    """One user shows no variance, so only the means are told."""
    assert welch(np.array([1.0, 2.0]), np.array([3.0])) == Effect(1.5, 3.0, 100.0)


def test_equal_users_have_no_interval() -> None:
    """Where nobody differs from anybody there is no interval, not even one of rounding errors."""
    effect = welch(np.full(50, 0.1 + 0.2), np.full(40, 0.3))
    assert effect.interval is None
    assert effect.p_value is None


def test_a_control_of_nothing_has_no_percentage() -> None:
    """A control mean of 0 leaves no percentage, but still a p-value."""
    effect = welch(np.zeros(3), np.array([1.0, 2.0, 3.0]))
    assert (effect.percent, effect.interval) == (None, None)
    assert effect.p_value is not None


@given(groups, groups)
def test_the_effect_lies_within_its_interval(control: np.ndarray, treatment: np.ndarray) -> None:
    """Whatever the values, the interval holds the effect and shares its verdict with the p-value."""
    effect = welch(control, treatment)
    if effect.interval is not None and effect.percent is not None and effect.p_value is not None:
        lower, upper = effect.interval
        assert lower <= effect.percent <= upper
        if abs(effect.p_value - 0.05) > 1e-6:
            assert (lower <= 0 <= upper) == (effect.p_value > 0.05)
