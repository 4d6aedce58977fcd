"""The penalty rule."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from strategies.penalty import PenaltyRule


def counted(rule: PenaltyRule, times: list[float]) -> list[tuple[int, bool]]:
    """Return the counter after each playback."""
    penalty, history = 0, []
    for time in times:
        penalty, penalised = rule.count(penalty, time)
        history.append((penalty, penalised))
    return history


def test_counts_skips_in_a_row() -> None:
    """Each skip adds one, the third of three brings the penalty, and the counter starts again."""
    rule = PenaltyRule(skip_threshold=0.2, max_penalty=3)
    assert counted(rule, [0.2, 0.0, 0.1, 0.1]) == [(1, False), (2, False), (0, True), (1, False)]


def test_any_other_playback_resets() -> None:
    """A track that was listened to sets the counter back to 0; the threshold itself is a skip."""
    rule = PenaltyRule(skip_threshold=0.2, max_penalty=3)
    assert counted(rule, [0.2, 0.21, 0.2]) == [(1, False), (0, False), (1, False)]


@given(st.lists(st.sampled_from([0.0, 0.2, 0.5, 1.0]), max_size=60), st.integers(1, 6))
def test_penalties_are_disjoint_runs_of_skips(times: list[float], max_penalty: int) -> None:
    """A run of n skips brings n // max penalties: no skip counts twice."""
    history = counted(PenaltyRule(0.2, max_penalty), times)
    runs = [len(list(run)) for skipped, run in groupby(times, key=lambda time: time <= 0.2) if skipped]
    assert sum(penalised for _, penalised in history) == sum(run // max_penalty for run in runs)
