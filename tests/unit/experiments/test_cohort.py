"""Who takes part."""

import polars as pl
import pytest

from experiments.errors import ExperimentError
from experiments.report.cohort import experiment_names, find_experiment, form_cohort, shares_of
from experiments.report.log import read_log
from experiments.report.playbacks import Playbacks, playbacks
from tests.unit.experiments.logs import Row, WriteLog, session

TWO = session(1, [1], "C") + session(2, [1], "T1")


def _log(write_log: WriteLog, rows: list[Row], name: str = "log.jsonl") -> Playbacks:
    return playbacks(read_log(write_log(rows, name)))


def test_the_control_comes_first_and_numbers_count(write_log: WriteLog) -> None:
    """Treatments are ordered C, T1, T2, ..., T10."""
    rows = [row for i, name in enumerate(("T10", "T2", "C", "T1")) for row in session(i, [1], name)]
    assert form_cohort(_log(write_log, rows), "EXP").treatments == ("C", "T1", "T2", "T10")


def test_users_in_two_treatments_are_left_out_and_counted(write_log: WriteLog) -> None:
    """A user who saw both treatments tells nothing about either."""
    torn = session(3, [1], "C") + session(3, [1], "T1", start=60_000)
    cohort = form_cohort(_log(write_log, [*TWO, *torn]), "EXP")
    assert cohort.users["user"].cast(pl.String).to_list() == ["1", "2"]
    assert cohort.excluded == {"users seen in more than one treatment of EXP": 1}
    assert cohort.rows.height == 2


def test_the_nearest_experiment_is_named(write_log: WriteLog) -> None:
    """A misspelt name is answered with the one that was meant, a strange one with those that there are."""
    log = _log(write_log, TWO)
    assert experiment_names(log) == ["EXP"]
    assert find_experiment(log, "EXP") == "EXP"
    with pytest.raises(ExperimentError, match=r"no experiment exq; did you mean EXP\?"):
        find_experiment(log, "exq")
    with pytest.raises(ExperimentError, match=r"no experiment SOMETHING_ELSE; it has EXP\."):
        find_experiment(log, "SOMETHING_ELSE")
    with pytest.raises(ExperimentError, match="nor any other"):
        find_experiment(_log(write_log, session(1, [1])), "EXP")


@pytest.mark.parametrize("treatments", [("C",), ("T1",), ("T1", "T2")])
def test_nothing_to_compare_is_said_so(write_log: WriteLog, treatments: tuple[str, ...]) -> None:
    """One treatment alone, or treatments without their control, are refused with a sentence."""
    rows = [row for i, name in enumerate(treatments) for row in session(i, [1], name)]
    with pytest.raises(ExperimentError, match=r"nothing to compare|has no control"):
        form_cohort(_log(write_log, rows), "EXP")


def test_the_past_is_what_came_before_the_experiment(write_log: WriteLog) -> None:
    """Playbacks without a treatment count as the past when they come before the first that has one."""
    rows = session(1, [0.5], None) + session(1, [1], "C", start=9000) + session(2, [1], "T1", start=9000)
    later = session(2, [0.7], None, start=99_000)
    cohort = form_cohort(_log(write_log, [*rows, *later]), "EXP")
    assert cohort.before.select("user", "time").rows() == [("1", 0.5)]
    assert cohort.users["time"].to_list() == [1, 1]


def test_the_past_may_be_another_log(write_log: WriteLog) -> None:
    """A log from before the experiment is the past, whatever treatments its users were in then."""
    past = _log(write_log, session(1, [0.5, 0.5], "T1", experiment="OTHER"), "past.jsonl")
    cohort = form_cohort(_log(write_log, TWO), "EXP", before=past)
    assert cohort.before.select("user", "time").rows() == [("1", 1.0)]


def test_stated_shares_must_cover_the_treatments() -> None:
    """Shares are equal unless stated, and a treatment without one is refused."""
    assert shares_of(("C", "T1"), None) == {"C": 1, "T1": 1}
    assert shares_of(("C", "T1"), {"T1": 0.2, "C": 0.8}) == {"C": 0.8, "T1": 0.2}
    with pytest.raises(ExperimentError, match="gives it none"):
        shares_of(("C", "T1"), {"C": 1.0})


def test_a_stated_treatment_stays_stated() -> None:
    """A share of a treatment that the log does not hold is kept, behind those that it holds."""
    assert list(shares_of(("C", "T1"), {"T2": 0.2, "T1": 0.4, "C": 0.4})) == ["C", "T1", "T2"]


@pytest.mark.parametrize("share", [0.0, -1.0, float("inf"), float("nan")])
def test_a_share_is_a_number_above_nothing(share: float) -> None:
    """A share that is not above 0, or not finite, is refused by its name."""
    with pytest.raises(ExperimentError, match=r"--shares T1=.* is no share"):
        shares_of(("C", "T1"), {"C": 1.0, "T1": share})
