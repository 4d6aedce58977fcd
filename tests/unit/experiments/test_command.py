"""The command line: what it answers, and what it refuses in a sentence."""

import json
from pathlib import Path

import pytest

from experiments.__main__ import main
from tests.unit.experiments.logs import WriteLog, many_users, session

KEYS = (
    "experiment",
    "treatment",
    "metric",
    "control_mean",
    "treatment_mean",
    "effect_percent",
    "lower_percent",
    "upper_percent",
    "p_value",
    "n_control",
    "n_treatment",
    "significant",
)


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err
    return captured.err


def test_json_on_standard_output_is_a_list_and_nothing_else(
    write_log: WriteLog, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--json -` prints a list whose objects begin with the agreed keys, without NaN."""
    assert main(["report", write_log(many_users(20)), "--json", "-"]) == 0
    printed = capsys.readouterr().out
    assert "NaN" not in printed
    assert "Infinity" not in printed
    rows = json.loads(printed)
    assert all(tuple(row)[: len(KEYS)] == KEYS for row in rows)


def test_experiments_that_run_at_once_are_told_apart(write_log: WriteLog, capsys: pytest.CaptureFixture[str]) -> None:
    """Each experiment of a log is judged by its own split of the same users."""
    rows = [
        row | {"experiments": {"ODD": ("C", "T1")[user % 2], "HALF": ("C", "T1")[user // 10]}}
        for user in range(20)
        for row in session(user, [1, user / 20])
    ]
    assert main(["report", write_log(rows), "--json", "-"]) == 0
    times = [row for row in json.loads(capsys.readouterr().out) if row["metric"] == "time"]
    assert [(row["experiment"], round(row["control_mean"], 3)) for row in times] == [("HALF", 1.225), ("ODD", 1.45)]


def test_a_metric_is_refused_once(write_log: WriteLog, capsys: pytest.CaptureFixture[str]) -> None:
    """However many experiments the log has, a metric that there is not is told in one sentence."""
    rows = [
        row | {"experiments": {"ODD": treatment, "EVEN": treatment}}
        for user, treatment in enumerate(["C", "C", "T1", "T1"])
        for row in session(user, [1, user / 4])
    ]
    assert _refused(capsys, "report", write_log(rows), "--metric", "nope").count("There is no metric nope") == 1


def test_an_artist_metric_with_a_catalogue(write_log: WriteLog, capsys: pytest.CaptureFixture[str]) -> None:
    """With a catalogue the verdict can be about the artists per session."""
    catalogue = write_log(({"track": i, "artist": f"a{i % 3}"} for i in range(50)), "tracks.jsonl")
    told = ["report", write_log(many_users(40)), "--metric", "artists_per_session", "--catalogue", catalogue]
    assert main(told) == 0
    assert "on artists per session" in " ".join(capsys.readouterr().out.split())


def test_the_terminal_tells_the_verdict_first(write_log: WriteLog, capsys: pytest.CaptureFixture[str]) -> None:
    """The first line is the experiment's name, the second the verdict with its interval."""
    assert main(["report", write_log(many_users(lift=0.6))]) == 0
    name, verdict, *_ = capsys.readouterr().out.strip().splitlines()
    assert name == "EXP"
    assert verdict.startswith("T1 beats C on listening time per session: +")


def test_one_broken_experiment_does_not_hide_the_others(
    write_log: WriteLog, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --experiment all are reported; one that cannot be is said on standard error."""
    lone = session(999, [1, 1], "C", experiment="LONE")
    assert main(["report", write_log([*many_users(20), *lone])]) == 0
    captured = capsys.readouterr()
    assert "EXP" in captured.out
    assert captured.err.startswith("Experiment LONE has users in one treatment only (C)")


def test_bad_logs_are_refused_in_a_sentence(write_log: WriteLog, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing there, nothing in it, no experiment, one treatment, no such experiment: status 2 and why."""
    assert "There is no log at" in _refused(capsys, "report", "nowhere.jsonl")
    assert "is empty" in _refused(capsys, "report", write_log([]))
    assert "takes part in an experiment" in _refused(capsys, "report", write_log(session(1, [1])))
    assert "one treatment only" in _refused(capsys, "report", write_log(session(1, [1], "C")))
    log = write_log(many_users(8))
    assert "did you mean EXP?" in _refused(capsys, "report", log, "--experiment", "EXP1")
    assert "There is no metric luck" in _refused(capsys, "report", log, "--metric", "luck")
    assert "--catalogue FILE" in _refused(capsys, "report", log, "--metric", "artists_per_session")
    assert "gives it none" in _refused(capsys, "report", log, "--shares", "C=1")
    assert "cannot be read" in _refused(capsys, "report", log, "--catalogue", "nowhere.jsonl")
    assert "cannot be written" in _refused(capsys, "report", log, "--json", "/nowhere/report.json")


def test_a_chain_that_did_not_serve_the_log_is_named(write_log: WriteLog, capsys: pytest.CaptureFixture[str]) -> None:
    """`--served-by` takes a chain of the log, and a mistyped one comes with the nearest."""
    log = write_log(session(1, [1, 0.5], chain="taste"))
    told = _refused(
        capsys, "evaluate-offline", "--log", log, "--artifacts", ".", "--chain", "segue", "--served-by", "tatse"
    )
    assert told == "unknown chain 'tatse' in the log; the nearest valid name is 'taste'.\n"


@pytest.mark.parametrize("lines", [["{}"], ["[]", "5", "null", '"text"'], ['{"user": {"a": 1}, "time": []}']])
def test_json_that_is_no_event_is_refused_too(
    write_log: WriteLog, capsys: pytest.CaptureFixture[str], lines: list[str]
) -> None:
    """A file of well-formed JSON that holds no playback is refused, not crashed on."""
    assert _refused(capsys, "report", write_log(lines))


def test_what_is_left_out_stands_in_the_footnote(write_log: WriteLog, capsys: pytest.CaptureFixture[str]) -> None:
    """A cut line, impossible times, torn users, open sessions and lonely users are counted and explained."""
    rows = [
        *session(1, [1, 0.5], "C"),
        *session(2, [1, 0.4, 7], "C", closed=False),
        *session(3, [1, 0.6], "T1"),
        *session(4, [1], "C"),
        *session(4, [1], "T1", start=90_000),
    ]
    assert main(["report", write_log([*rows, '{"message": "next", "times'])]) == 0
    footnote = " ".join(capsys.readouterr().out.split())
    assert "Left out: lines that are not complete JSON (1)." in footnote
    assert "Left out: rows whose time is not a number from 0 to 1 (1)." in footnote
    assert "Left out: users seen in more than one treatment of EXP (1)." in footnote
    assert "1 of 3 sessions have no closing" in footnote
    assert "Treatment T1 has one user: its effects have no interval." in footnote


def test_a_broken_split_is_a_warning_in_red(
    write_log: WriteLog, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Sizes that chance does not explain replace the verdict, unless the shares were meant so."""
    log = write_log(many_users(150, ("C", "C", "T1")))
    page = tmp_path / "report.html"
    assert main(["report", log, "--html", str(page)]) == 0
    assert "Do not act on EXP" in capsys.readouterr().out
    assert 'class="card caution bad"' in page.read_text()
    assert main(["report", log, "--shares", "C=2,T1=1"]) == 0
    assert "Do not act" not in capsys.readouterr().out


def test_a_treatment_that_the_log_lost_breaks_the_split(
    write_log: WriteLog, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a stated treatment has nobody in the log, the split is broken, and the warning says who is missing."""
    log = write_log(many_users(120))
    assert main(["report", log, "--shares", "C=0.333,T1=0.333,T2=0.334"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Do not act on EXP" in told
    assert "users are split C 60, T1 60, T2 0" in told
    assert "T1=inf is no share" in _refused(capsys, "report", log, "--shares", "C=1,T1=inf")


def test_the_plan_is_a_table(write_log: WriteLog, capsys: pytest.CaptureFixture[str]) -> None:
    """The planner prints the users and sessions that each metric takes, and refuses nonsense."""
    log = write_log(many_users(50))
    assert main(["plan", "--effect", "2", "--log", log]) == 0
    printed = capsys.readouterr().out
    assert "To see an effect of 2 % with a probability of 80%" in printed
    assert "Tracks per session" in printed
    assert "--effect" in _refused(capsys, "plan", "--effect", "0", "--log", log)


def test_shares_that_are_none_are_a_usage_error(write_log: WriteLog, capsys: pytest.CaptureFixture[str]) -> None:
    """A malformed option is told by the parser, with the form that it should have."""
    with pytest.raises(SystemExit, match="2"):
        main(["report", write_log(many_users(8)), "--shares", "half"])
    assert "is not of the form C=0.8,T1=0.2" in capsys.readouterr().err
