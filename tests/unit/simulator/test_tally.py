"""What is counted, and the figures made of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.running.lockstep import Round
from simulator.running.service import Answers
from simulator.running.summary import effect_text, summarise
from simulator.running.tally import Counter, Tally, together

TRACK_ARTIST = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 4])


def played(
    rows: list[int], tracks: list[int], times: list[float], ended: list[bool], answers: list[int | None]
) -> Round:
    """Return a round."""
    n = len(rows)
    nothing: list[None] = [None] * n
    zeros = np.zeros(n, dtype=np.int64)
    what = Answers(answers, [*nothing], [*nothing], [*nothing])
    return Round(np.array(rows), zeros, np.array(tracks), np.array(times), np.array(ended), what)


@pytest.fixture
def tally() -> Tally:
    """Return the tally of three ended episodes of two users, and one that goes on."""
    counter = Counter(["C", "T1", "C", "C"], np.array([8, 9, 8, 8]), TRACK_ARTIST, skip_threshold=0.2)
    counter.count(played([0, 1, 3], [3, 0, 9], [1.0, 0.5, 1.0], [False, True, False], [4, None, 6]))
    counter.count(played([0, 2], [4, 1], [0.2, 0.7], [True, True], [None, None]))
    return counter.tally(decisions=2, deciding_s=0.5)


def test_ended_episodes_count(tally: Tally) -> None:
    """Times, tracks and skips are summed per episode; one that was broken off is left out."""
    assert tally.groups == ["C", "T1", "C"]
    assert tally.time.tolist() == pytest.approx([1.2, 0.5, 0.7])
    assert tally.tracks.tolist() == [2, 1, 1]
    assert tally.skips.tolist() == [1, 0, 0]
    assert np.flatnonzero(tally.recommended["C"]).tolist() == [4, 6]
    assert tally.artists.tolist() == [2, 1, 1]


def test_the_user_is_the_unit(tally: Tally) -> None:
    """A user with two sessions counts once, with their mean."""
    control, treatment = summarise(tally)
    assert (control.name, control.users, control.sessions) == ("C", 1, 2)
    assert control.mean_time == pytest.approx(0.95)
    assert control.interval is None
    assert control.skip_rate == pytest.approx(1 / 3)
    assert control.coverage == pytest.approx(0.2)
    assert treatment.effect is not None
    assert treatment.effect.percent == pytest.approx(100 * (0.5 / 0.95 - 1))
    assert effect_text(treatment.effect) == "-47.4 %"


def test_tallies_add_up(tally: Tally) -> None:
    """Two blocks are as one."""
    both = together([tally, tally])
    assert len(both.groups) == len(both.time) == 6
    assert (both.decisions, both.deciding_s) == (4, 1.0)
    assert both.recommended["C"][[4, 6]].tolist() == [2, 2]


def test_the_interval_of_a_mean_is_students() -> None:
    """Of two users with 1 and 3 tracks: 2 ± t(0.975, 1)."""
    groups, counts = ["C", "C"], np.ones(2, dtype=np.int64)
    nothing = {"C": np.zeros(4, dtype=np.int64)}
    tally = Tally(groups, np.array([1, 2]), np.array([1.0, 3.0]), counts, counts, counts, nothing, 0, 0)
    (group,) = summarise(tally)
    half = stats.t.ppf(0.975, 1)
    assert group.interval == pytest.approx((2 - half, 2 + half))
