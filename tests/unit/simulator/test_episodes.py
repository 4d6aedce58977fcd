"""Who listens, and when."""

from __future__ import annotations

import numpy as np

from simulator.crowd import Crowd
from simulator.running.episodes import TRACK_MS, plan_episodes, times_before
from simulator.worlds import World


def test_times_before_counts_to_the_left() -> None:
    """Each element is told how often it came before."""
    assert times_before(np.array([5, 3, 5, 5, 3])).tolist() == [0, 0, 1, 2, 1]


def test_sessions_of_a_user_do_not_overlap(dot: World) -> None:
    """In simulated time a user's next session starts after the longest one possible, and in the order of episodes."""
    plan = plan_episodes(dot, 1, 2000)
    longest_ms = dot.config.listener.max_tracks * TRACK_MS
    for user in np.unique(plan.users):
        assert np.diff(plan.starts_ms[plan.users == user]).min(initial=2**62) > longest_ms


def test_a_part_of_a_plan_is_the_plan(dot: World) -> None:
    """Episode 1,500 has the same listener and the same hour in a run of 2,000 and as part of a block."""
    whole, part = plan_episodes(dot, 1, 2000), plan_episodes(dot, 1, 1800).part(1000, 2000)
    assert len(part) == 800
    assert part.numbers[500] == 1500
    assert part.users[500] == whole.users[1500]
    assert part.starts_ms[500] == whole.starts_ms[1500]
    assert part.request(500, 3) == whole.request(1500, 3) == "1-1500-3"


def test_the_plan_draws_whom_the_crowd_draws(dot: World) -> None:
    """The listeners of a plan are those that a crowd without a plan would have."""
    plan = plan_episodes(dot, 9, 50)
    assert plan.users.tolist() == Crowd(dot, 9, range(50)).users.tolist()
