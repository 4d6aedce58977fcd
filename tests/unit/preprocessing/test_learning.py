"""Rounds of learning on real files: what becomes current, what is refused, and what an interruption leaves."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import log
from pathlib import Path
from random import Random

import pytest
from rich.console import Console

from preprocessing.__main__ import main
from preprocessing.artifacts import load, publish
from preprocessing.learning.gate import Compared, Margins, judge, score
from preprocessing.learning.holdout import Heard, held_out_size
from preprocessing.learning.lock import only_learner
from preprocessing.learning.round import Plan, learn
from preprocessing.parameters import Parameters
from preprocessing.progress import Reporter, Stage
from tests.tiny import columns, draft

ROOT = Path(__file__).parents[3]
TRACKS = range(10)  # 0 to 4 by Ada are heard nearly whole, 5 to 9 by Bo hardly


class Service:
    """A service whose log grows: sessions of five tracks, one per minute."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rng = Random(7)
        self.sessions = 0
        catalogue = [{"track": t, "artist": "Ada" if t < 5 else "Bo", "title": f"t{t}"} for t in TRACKS]
        (folder / "tracks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in catalogue))

    def log(self, sessions: int, *, flipped: bool = False, tracks: int = 5, at_once: bool = False) -> None:
        """Log more sessions; a broken player reports what was left instead of what was heard."""
        until = self.sessions + sessions
        with (self.folder / "events.jsonl").open("a") as file:
            for _ in range(sessions):
                self.sessions += 1
                for position, track in enumerate(self.rng.sample(TRACKS, tracks)):
                    heard = self.rng.uniform(0.7, 1) if track < 5 else self.rng.uniform(0, 0.3)
                    row = {
                        "message": "last" if position == tracks - 1 else "next",
                        "timestamp": 1_700_000_000_000 + 60_000 * (until if at_once else self.sessions) + position,
                        "user": self.sessions % 40,
                        "track": track,
                        "time": round(1 - heard if flipped else heard, 2),
                        "session": f"s{self.sessions}",
                        "position": position,
                    }
                    file.write(json.dumps(row) + "\n")

    @property
    def arguments(self) -> list[str]:
        """The command line of a round."""
        paths = {"catalogue": "tracks.jsonl", "log": "events.jsonl", "artifacts": "artifacts"}
        return ["learn", *(part for name, file in paths.items() for part in (f"--{name}", str(self.folder / file)))]

    @property
    def current(self) -> str:
        """The current version."""
        return (self.folder / "artifacts" / "current").resolve().name

    def reports(self) -> list[dict[str, object]]:
        """What was reported, in the order of the versions."""
        return [json.loads(file.read_text()) for file in sorted((self.folder / "artifacts" / "reports").iterdir())]

    def versions(self) -> set[str]:
        """The folders of versions, whole or not."""
        return {path.name for path in (self.folder / "artifacts").iterdir() if "Z-" in path.name}


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """A service that has logged 300 sessions."""
    service = Service(tmp_path)
    service.log(300)
    return service


def test_new_sessions_make_a_new_version(service: Service) -> None:
    """The first round serves at once; the next is judged by the newest tenth of what is new, which it did not learn."""
    assert main(service.arguments) == 0
    first = service.current
    assert load(service.folder / "artifacts").manifest.counts.sessions == 300
    service.log(2000)
    assert main(service.arguments) == 0
    assert service.current != first
    manifest = load(service.folder / "artifacts").manifest
    assert manifest.counts.sessions == 300 + 2000 - 200
    assert manifest.newest_session_ms == 1_700_000_000_000 + 60_000 * 2100
    assert [report["decision"] for report in service.reports()] == ["first", "accepted"]


def test_too_few_new_sessions_wait(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """With fewer than twice 100 new sessions nothing is fitted, and the log says so."""
    main(service.arguments)
    first = service.current
    service.log(199)
    with caplog.at_level("INFO"):
        assert main(service.arguments) == 0
    assert service.current == first
    assert "199 sessions have opened" in caplog.text


@pytest.mark.parametrize(
    ("tracks", "at_once", "few"), [(1, False, "only 0 of the 100 held out"), (5, True, "only 0 of the 0 held out")]
)
def test_nothing_is_accepted_that_nobody_judged(
    service: Service, caplog: pytest.LogCaptureFixture, tracks: int, at_once: bool, few: str
) -> None:
    """Where no session can judge, for one track in each or one millisecond for all, no version is made."""
    main(service.arguments)
    first = service.current
    service.log(300, tracks=tracks, at_once=at_once)
    with caplog.at_level("INFO"):
        assert main(service.arguments) == 0
    assert (service.current, service.versions()) == (first, {first})
    assert few in caplog.text
    service.log(2000)
    assert main(service.arguments) == 0
    assert service.current != first


def test_all_but_the_first_session_can_be_held_out(service: Service) -> None:
    """After an empty log, of 300 new sessions at most 299 judge, whatever the share; the first one is learned from."""
    log = service.folder / "events.jsonl"
    logged = log.read_bytes()
    log.write_bytes(b"")
    main(service.arguments)
    log.write_bytes(logged)
    main([*service.arguments, "--held-out", "0.999", "--margin-log-loss", "9", "--margin-fraction", "9"])
    assert load(service.folder / "artifacts").manifest.counts.sessions == 1
    assert "on 299 held-out sessions" in str(service.reports()[-1]["sentence"])


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--least-held-out", "0", "at least one has to judge"),
        ("--least-held-out", "-5", "at least one has to judge"),
        ("--least-held-out", "many", "'many' is no number"),
        ("--margin-log-loss", "nan", "nan is no margin"),
        ("--margin-fraction", "inf", "inf is no margin"),
        ("--held-out", "1", "1 is not between 0 and 1"),
    ],
)
def test_a_gate_that_would_not_judge_is_not_opened(
    service: Service, capsys: pytest.CaptureFixture[str], option: str, value: str, said: str
) -> None:
    """A number with which the gate would hold nothing back is refused in plain words."""
    with pytest.raises(SystemExit, match="2"):
        main([*service.arguments, f"{option}={value}"])
    assert said in capsys.readouterr().err


def test_a_poisoned_log_is_refused(service: Service) -> None:
    """After a while of flipped fractions the candidate foresees worse: exit code 1, the old version stays, a report."""
    main(service.arguments)
    first = service.current
    service.log(1500, flipped=True)
    service.log(200)
    assert main(service.arguments) == 1
    assert service.current == first
    assert service.versions() == {first}
    report = service.reports()[-1]
    assert (report["decision"], report["against"]) == ("refused", first)
    assert "refused for its log loss and picked fraction" in str(report["sentence"])
    assert f"{first} stays current" in str(report["sentence"])


def test_an_interruption_leaves_the_old_version(service: Service, make_plan: Callable[[Service], Plan]) -> None:
    """Stopped when the candidate is written but not judged, a round leaves neither candidate nor lock."""

    class Stopped(Reporter):
        @contextmanager
        def stage(self, name: str, total_bytes: int | None = None) -> Iterator[Stage]:
            if name == "gate":
                raise KeyboardInterrupt
            with super().stage(name, total_bytes) as stage:
                yield stage

    main(service.arguments)
    first = service.current
    service.log(300)
    with pytest.raises(KeyboardInterrupt), only_learner(service.folder / "artifacts"):
        learn(make_plan(service), Stopped(Console(file=io.StringIO())))
    assert service.current == first
    assert service.versions() == {first}
    assert main(service.arguments) == 0
    assert service.current != first


@pytest.fixture
def make_plan() -> Callable[[Service], Plan]:
    """How a service's round is planned in process."""

    def plan(service: Service) -> Plan:
        catalogue, log = ([str(service.folder / name)] for name in ("tracks.jsonl", "events.jsonl"))
        return Plan(catalogue, log, service.folder / "artifacts", Parameters(), 0.1, 100, Margins(0.01, 0.01), 3)

    return plan


def test_every_goes_on_alone_until_it_is_stopped(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    """With --every the learner waits for its next round; a second one is refused; SIGTERM ends it in a sentence."""
    command = [sys.executable, "-m", "preprocessing", *service.arguments, "--every", "24h"]
    said = service.folder / "stderr"
    with said.open("wb") as file, subprocess.Popen(command, cwd=ROOT, stderr=file) as learner:
        try:
            while "the next round begins" not in said.read_text():
                assert learner.poll() is None, said.read_text()
                time.sleep(0.05)
            assert main(service.arguments) == 2
            assert "another process learns" in capsys.readouterr().err
        finally:
            learner.send_signal(signal.SIGTERM)
        assert learner.wait(30) == 130
    assert "the current artifacts are as they were" in said.read_text()
    assert main(service.arguments) == 0


def test_scores_by_hand(tmp_path: Path) -> None:
    """The first track is given. Of 11 (appeal 0.1) and 0 (0.9) after it, 0 is picked; the loss is that of both."""
    artifacts = load(publish(tmp_path, replace(draft(columns()), taste=None)))
    scores = score(artifacts, [Heard("nobody", [11, 11, 0], [0.1, 0.1, 0.6])])
    assert scores.picked.tolist() == [0.6]
    losses = (-(0.1 * log(0.1) + 0.9 * log(0.9)), -(0.6 * log(0.9) + 0.4 * log(0.1)))
    assert scores.log_loss.tolist() == pytest.approx([sum(losses) / 2], abs=1e-6)


@pytest.mark.parametrize(
    ("worse_by", "error", "passed"), [(0.01, 0.0, True), (0.02, 0.0, False), (0.02, 0.006, True), (0.03, 0.006, False)]
)
def test_the_margin_holds_beyond_chance(worse_by: float, error: float, passed: bool) -> None:
    """Worse by 0.02 exceeds a margin of 0.01, unless two standard errors explain the rest."""
    assert Compared(0.5, 0.5 + worse_by, worse_by, error, margin=0.01).passed is passed


def test_the_gate_does_not_judge_on_nothing(tmp_path: Path) -> None:
    """A session with one track that both versions know cannot judge; without any that can there is no verdict."""
    artifacts = load(publish(tmp_path, draft(columns())))
    with pytest.raises(ValueError, match="no session can judge"):
        judge(artifacts, artifacts, [Heard("nobody", [11, 999], [0.1, 0.9])], Margins(0.01, 0.01))


def test_how_many_judge() -> None:
    """A tenth of the new sessions, at least 100, and nobody where fewer than twice as many are new."""
    assert [held_out_size(new, 0.1, 100) for new in (199, 200, 5000)] == [None, 100, 500]
