"""Work beside the answers, by a clock that the test turns."""

from __future__ import annotations

from app.pace import Pace


def test_it_rests_so_many_times_as_long_as_the_work_took() -> None:
    """Work of 2 s and of 0.5 s is followed by four times as much rest; the rest itself does not count as work."""
    now_s, rests_s = [100.0], []

    def sleep(rest_s: float) -> None:
        rests_s.append(rest_s)
        now_s[0] += rest_s

    pace = Pace(rest=4, clock=lambda: now_s[0], sleep=sleep)
    now_s[0] += 2
    pace()
    now_s[0] += 0.5
    pace()
    assert rests_s == [8, 2]
