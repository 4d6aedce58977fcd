"""Token buckets, by a clock that the test turns."""

from __future__ import annotations

import pytest

from app.access.rates import RateLimit
from app.errors import TooManyRequests


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s


def allowed(rate: RateLimit, who: object) -> bool:
    """Say whether a call is within the limit."""
    try:
        rate.count(who, "somebody")
    except TooManyRequests:
        return False
    return True


@pytest.mark.parametrize(("per_s", "burst"), [(2, 3), (0.1, 1), (1000, 7), (3, 10)])
def test_a_burst_and_then_one_call_per_interval(per_s: float, burst: int) -> None:
    """A bucket holds a burst, fills by the rate, is never more than full, and loses nothing to refused calls."""
    clock = Clock()
    rate = RateLimit(per_s, burst, 10, clock)
    assert [allowed(rate, 1) for _ in range(burst + 2)] == [True] * burst + [False] * 2
    clock.now_s += 0.99 / per_s
    assert not allowed(rate, 1)
    clock.now_s += 0.02 / per_s
    assert [allowed(rate, 1) for _ in range(2)] == [True, False]
    clock.now_s += 1000 * burst / per_s
    assert [allowed(rate, 1) for _ in range(burst + 1)] == [True] * burst + [False]


def test_callers_do_not_pay_for_one_another() -> None:
    """Each caller has a bucket; a number and a text that looks like it are two callers."""
    rate = RateLimit(1, 1, 10, Clock())
    assert [allowed(rate, who) for who in (7, "7", 8, 7, "7")] == [True, True, True, False, False]


def test_the_refused_learn_how_long_to_wait() -> None:
    """The wait is told in whole seconds, rounded up, in the sentence and in the header."""
    clock = Clock()
    rate = RateLimit(0.4, 1, 10, clock)  # one call every 2.5 s
    rate.count(12, "user 12")
    with pytest.raises(TooManyRequests, match="user 12 calls too often; try again in 3 s") as refused:
        rate.count(12, "user 12")
    assert refused.value.response().headers["retry-after"] == "3"
    clock.now_s += 2.0
    with pytest.raises(TooManyRequests, match="try again in 1 s"):
        rate.count(12, "user 12")


def test_memory_is_bounded_by_those_silent_for_longest() -> None:
    """Of three callers two are remembered: the one who was silent for longest has a full bucket again."""
    rate = RateLimit(1, 1, 2, Clock())
    assert [allowed(rate, who) for who in (1, 2, 3)] == [True] * 3
    assert [allowed(rate, who) for who in (2, 3, 1)] == [False, False, True]
