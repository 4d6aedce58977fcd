"""What the plots show: the effect over time, and how sessions look."""

import pytest

from experiments.report.cohort import Cohort, form_cohort
from experiments.report.log import read_log
from experiments.report.playbacks import playbacks
from experiments.report.shapes import listened_by_position, session_lengths
from experiments.report.timeline import looks
from experiments.statistics.welch import welch
from tests.unit.experiments.logs import Row, WriteLog, many_users, session


def _cohort(write_log: WriteLog, rows: list[Row]) -> Cohort:
    return form_cohort(playbacks(read_log(write_log(rows))), "EXP")


def test_the_last_look_is_the_report(write_log: WriteLog) -> None:
    """After the last day the effect over time is the effect of the whole log."""
    cohort = _cohort(write_log, many_users())
    groups = [cohort.values("time", name).to_numpy() for name in ("C", "T1")]
    last = looks(cohort, "time")["T1"][-1]
    assert last.effect.percent == pytest.approx(welch(*groups).percent)


def test_a_short_log_is_cut_into_parts(write_log: WriteLog) -> None:
    """A log of seconds has a dozen looks, each as late as the last or later."""
    rows = [r for u in range(40) for r in session(u, [1, u / 40], ("C", "T1")[u % 2], start=u * 500)]
    moments = [look.until for look in looks(_cohort(write_log, rows), "time")["T1"]]
    assert 2 < len(moments) <= 12
    assert moments == sorted(set(moments))


def test_a_long_log_is_looked_at_forty_times_at_most(write_log: WriteLog) -> None:
    """A log of a year is looked at every few days."""
    day = 86_400_000
    rows = [r for d in range(365) for r in session(d, [1, d % 7 / 7], ("C", "T1")[d % 2], start=d * day)]
    assert 30 <= len(looks(_cohort(write_log, rows), "time")["T1"]) <= 40


def test_the_fraction_by_position(write_log: WriteLog) -> None:
    """Position 2 of five sessions heard to 0.5 is 0.5; what fewer than five sessions reach is not shown."""
    rows = [r for u in range(5) for r in session(u, [1, 0.5], "C")] + session(9, [1, 0.2, 0.3], "T1")
    shapes = listened_by_position(_cohort(write_log, rows))
    assert (shapes["C"].x, shapes["C"].y) == ([1, 2], [1, 0.5])
    assert shapes["T1"].x == []


def test_the_share_of_session_lengths(write_log: WriteLog) -> None:
    """One session of 2 and three of 3 tracks are a quarter and three quarters; 40 tracks count as 30."""
    rows = session(0, [1, 1], "C") + [r for u in (1, 2, 3) for r in session(u, [1, 1, 1], "C")]
    lengths = session_lengths(_cohort(write_log, rows + session(9, [1] * 40, "T1")))
    assert (lengths["C"].x, lengths["C"].y) == ([2, 3], [0.25, 0.75])
    assert (lengths["T1"].x, lengths["T1"].y) == ([30], [1])


def test_the_real_log_has_both_shapes(real_log: str) -> None:
    """On the predecessor's log every session starts with a track heard to its end."""
    cohort = form_cohort(playbacks(read_log(real_log)), "SIMILAR_USERS")
    assert {shape.y[0] for shape in listened_by_position(cohort).values()} == {1}
    assert sum(session_lengths(cohort)["T1"].y) == pytest.approx(1)
