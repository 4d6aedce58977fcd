"""The plain comparison."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.statistics.welch import Effect, welch

groups = st.lists(st.floats(0.01, 100), min_size=2, max_size=30).map(np.array)


def test_a_comparison_by_hand() -> None:
    """Means 2 and 3 differ by 50 %; with s² = 1 and n = 3 the bounds solve (3 - 2r)² = t(4)² (1 + r²) / 3."""
    effect = welch(np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0]))
    share = 2.776445**2 / 3
    bounds = sorted(np.roots([4 - share, -12, 9 - share]))
    assert effect.percent == 50
    assert effect.interval == pytest.approx([100 * (bound - 1) for bound in bounds], rel=1e-5)
    assert effect.standard_error == pytest.approx(100 * np.sqrt(1 / 3 + 1.5**2 / 3) / 2)


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


def test_a_control_that_may_be_nothing_has_no_interval() -> None:
    """Where the control mean cannot be told from 0, no percentage is too large, and there is no interval."""
    effect = welch(np.array([0.0, 0.0, 0.1]), np.array([1.0, 2.0, 3.0]))
    assert effect.percent == pytest.approx(5900)
    assert effect.interval is None


def test_a_treatment_of_nothing_has_no_interval() -> None:
    """Where all of the treatment's values are 0, the effect is not told as exactly -100 %, but its p-value is."""
    effect = welch(np.array([1.0, 2.0, 3.0]), np.zeros(3))
    assert (effect.percent, effect.interval) == (-100, None)
    assert effect.p_value is not None


@pytest.mark.parametrize(("n_control", "n_treatment"), [(100, 100), (50, 500), (500, 50)])
@pytest.mark.parametrize("lift", [-0.5, 0.3, 1.0])
def test_the_interval_holds_the_truth_as_often_as_it_says(lift: float, n_control: int, n_treatment: int) -> None:
    """Of 1,500 tests 95 % hold the effect, whatever its size and the groups'; 2 is three standard errors of that."""
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(1500):
        effect = welch(rng.gamma(4, 1.2, n_control), rng.gamma(4, 1.2 * (1 + lift), n_treatment))
        assert effect.interval is not None
        held += effect.interval[0] <= 100 * lift <= effect.interval[1]
    assert 100 * held / 1500 == pytest.approx(95, abs=2)


@settings(deadline=None)
@given(groups, groups)
def test_the_effect_lies_within_its_interval(control: np.ndarray, treatment: np.ndarray) -> None:
    """Whatever the values, the interval holds the effect and shares its verdict with the p-value."""
    effect = welch(control, treatment)
    if effect.interval is not None and effect.percent is not None and effect.p_value is not None:
        lower, upper = effect.interval
        assert lower <= effect.percent <= upper
        if abs(effect.p_value - 0.05) > 1e-6:
            assert (lower <= 0 <= upper) == (effect.p_value > 0.05)
