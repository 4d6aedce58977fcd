"""The interval for those who peek."""

import math

import numpy as np
import pytest

from experiments.statistics.always_valid import always_valid_interval, always_valid_margin
from experiments.statistics.welch import Effect, welch

LOOKS = 25
TESTS = 200


def test_a_margin_by_hand() -> None:
    """At information 1 the half-width is the standard error times sqrt(4 * ln(sqrt(2) / 0.05))."""
    assert always_valid_margin(10.0) == pytest.approx(10 * math.sqrt(4 * math.log(math.sqrt(2) / 0.05)))


def test_it_costs_little_more_than_a_plain_interval() -> None:
    """From a standard error of 10 % down to one of 0.5 % it is 1.5 to 1.9 times as wide as 1.96 of them."""
    for error in (10, 5, 2, 1, 0.5):
        assert 1.5 < always_valid_margin(error) / (1.96 * error) < 1.9


def test_no_interval_without_a_standard_error() -> None:
    """What has no plain interval has no always-valid one."""
    assert always_valid_interval(Effect(1.0, 1.0, 0.0)) is None


def test_peeking_at_a_large_effect_misses_it_no_more_often() -> None:
    """Where the treatment doubles what 50 and 500 new users a day hear, at most one test of twenty ever misses that."""
    rng = np.random.default_rng(21)
    missed = 0
    for _ in range(TESTS):
        control, treated = rng.gamma(4, 2.5, 50 * LOOKS), rng.gamma(4, 5, 500 * LOOKS)
        looks = [welch(control[: 50 * day], treated[: 500 * day]) for day in range(1, LOOKS + 1, 3)]
        intervals = [always_valid_interval(look) for look in looks]
        missed += any(bounds is not None and not bounds[0] <= 100 <= bounds[1] for bounds in intervals)
    assert missed / TESTS <= 0.05


@pytest.mark.parametrize("returning", [False, True], ids=["new users each day", "the same users each day"])
def test_peeking_daily_misses_the_truth_in_at_most_one_test_of_twenty(returning: bool) -> None:
    """Of tests of nothing, looked at daily, 95 % never show an effect; the plain interval does far worse."""
    rng = np.random.default_rng(20)
    missed = {"plain": 0, "always valid": 0}
    for _ in range(TESTS):
        plain, valid = _ever_missed(rng, returning=returning)
        missed["plain"] += plain
        missed["always valid"] += valid
    assert missed["always valid"] / TESTS <= 0.05
    assert missed["plain"] / TESTS > 0.15


def _ever_missed(rng: np.random.Generator, *, returning: bool) -> tuple[bool, bool]:
    """Return whether the plain and the always-valid interval ever leave out the true effect, 0."""
    per_day = 50
    if returning:  # users who differ and come back each day: their values are means over their days so far
        taste = rng.normal(10, 1, (2, per_day, 1))
        days = taste + rng.normal(0, 4, (2, per_day, LOOKS))
        so_far = np.cumsum(days, axis=2) / np.arange(1, LOOKS + 1)
        views = [so_far[:, :, day] for day in range(LOOKS)]
    else:
        users = rng.gamma(4, 2.5, (2, per_day * LOOKS))
        views = [users[:, : per_day * day] for day in range(1, LOOKS + 1)]
    effects = [welch(control, treated) for control, treated in views]
    plain = any(not _holds_zero(effect.interval) for effect in effects)
    return plain, any(not _holds_zero(always_valid_interval(effect)) for effect in effects)


def _holds_zero(interval: tuple[float, float] | None) -> bool:
    return interval is None or interval[0] <= 0 <= interval[1]
