"""An exploring chain's log, replayed and used to estimate other chains, against what simulated listeners would do."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from app.routing import Route
from app.settings import Settings, load_settings
from experiments.offline.evaluation import Evaluation, evaluate
from experiments.offline.replay import Replay
from experiments.report.log import read_log
from preprocessing.artifacts import Artifacts, load
from simulator import listener, neutral
from simulator.crowd import Crowd
from simulator.running.episodes import Episodes, plan_episodes
from simulator.running.event_log import LogLines
from simulator.running.in_process import InProcess
from simulator.running.lockstep import listen
from simulator.running.service import Answers
from simulator.running.serving import Served
from simulator.worlds import World
from strategies.chain import Chain
from strategies.registry import build_chain
from tests.simulated import small_world

ROOT = Path(__file__).parents[2]
SEED = 5
EPISODES = 3000
SLATE = [
    {"use": "sticky_artist", "order": "appeal"},
    {"use": "dislike_filter"},
    {"use": "popular", "limit": 5},
    {"use": "contextual_fallback"},
]
LOGGING = build_chain("logging", [*SLATE, {"use": "explore", "share": 0.7, "first": 4}])
TARGET = build_chain("target", SLATE)


@dataclass
class Shadowed:
    """The logging chain answers; the target is asked the same and only remembered."""

    logging: InProcess
    target: InProcess
    would: Answers | None = None

    def report(
        self,
        rows: Sequence[int],
        positions: Sequence[int],
        tracks: Sequence[int],
        times: Sequence[float],
        ended: Sequence[bool],
    ) -> Answers:
        """Ask both."""
        self.would = self.target.report(rows, positions, tracks, times, ended)
        return self.logging.report(rows, positions, tracks, times, ended)


@dataclass(frozen=True)
class Logged:
    """A log, what served it, and the fraction that the target would have been heard to in every place of it."""

    path: Path
    artifacts: Artifacts
    settings: Settings
    truth: float

    def evaluation(self, chain: Chain) -> tuple[Evaluation, Replay]:
        """Return what a chain is worth on the log."""
        replay = Replay(read_log(str(self.path)), self.artifacts, self.settings)
        return evaluate(chain, replay, lambda kind: replay.left_out.update([kind])), replay


@pytest.fixture(scope="module")
def settings() -> Settings:
    """Return the project's own settings."""
    return load_settings({"SEGUE_SETTINGS": str(ROOT / "settings.toml")})


@pytest.fixture(scope="module")
def world() -> World:
    """Return a dot world of 2,000 tracks and 300 listeners."""
    return small_world(seed=3)


@pytest.fixture(scope="module")
def logged(world: World, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Logged:
    """Return the log of 3,000 sessions, and the truth beside it."""
    folder = tmp_path_factory.mktemp("logged")
    console = Console(quiet=True)
    neutral_log = neutral.collect(world, settings, folder, None, episodes=1000, seed=1, workers=1, console=console)
    neutral.preprocess(neutral_log.catalogue, neutral_log.log, neutral_log.artifacts)
    artifacts = load(neutral_log.artifacts)
    plan = plan_episodes(world, SEED, EPISODES)
    service = Shadowed(*(_service(world, plan, chain, artifacts, settings) for chain in (LOGGING, TARGET)))
    crowd = Crowd(world, SEED, plan.numbers, users=plan.users)
    lines = LogLines(world, plan, [Served("logging", Route(LOGGING, {}))] * EPISODES)
    truths = []
    with (folder / "events.jsonl").open("wb") as file:
        for happened in listen(crowd, service, at_once=EPISODES):
            file.writelines(lines.lines(happened))
            assert service.would is not None
            tracks = np.array([track for track in service.would.tracks if track is not None], dtype=np.int64)
            another = deepcopy(crowd, {id(world): world})  # the same people at the same moment
            truths.append(listener.reported(another.hear(happened.rows[~happened.ended], tracks).times))
    return Logged(folder / "events.jsonl", artifacts, settings, float(np.concatenate(truths).mean()))


def _service(world: World, plan: Episodes, chain: Chain, artifacts: Artifacts, settings: Settings) -> InProcess:
    return InProcess(world, plan, [Served(chain.name, Route(chain, {}))] * len(plan), artifacts, settings)


def test_a_replay_answers_what_was_answered(logged: Logged) -> None:
    """The logging chain, asked again from the log alone, gives every logged answer with its logged propensity."""
    steps = list(Replay(read_log(str(logged.path)), logged.artifacts, logged.settings))
    assert len(steps) > 3 * EPISODES
    for step in steps:
        decision = LOGGING(step.query)
        assert decision.tracks[0] == step.answer
        assert decision.propensity == pytest.approx(step.propensity)


def test_the_estimate_is_the_truth_within_its_interval(logged: Logged) -> None:
    """Both estimators' intervals hold what the target would have been heard to; the log's own mean is far from it."""
    evaluation, replay = logged.evaluation(TARGET)
    assert not replay.left_out
    assert not evaluation.warnings
    for estimate in (evaluation.inverse_propensity, evaluation.doubly_robust):
        assert estimate is not None
        assert estimate.interval is not None
        assert estimate.interval[0] < logged.truth < estimate.interval[1]
    assert evaluation.logged.interval is not None
    assert evaluation.gain is not None
    assert evaluation.gain.interval is not None
    assert not evaluation.logged.interval[0] < logged.truth < evaluation.logged.interval[1]
    assert evaluation.gain.interval[0] < logged.truth - evaluation.logged.value < evaluation.gain.interval[1]


def test_a_chain_is_worth_to_itself_what_was_logged(logged: Logged) -> None:
    """On its own log every weight is 1, and the estimate is the logged mean with the logged interval."""
    evaluation, _ = logged.evaluation(LOGGING)
    assert evaluation.covered == pytest.approx(1)
    assert evaluation.effective_size == pytest.approx(evaluation.recommendations)
    assert evaluation.inverse_propensity is not None
    assert evaluation.inverse_propensity.value == pytest.approx(evaluation.logged.value)
    assert evaluation.inverse_propensity.interval == pytest.approx(evaluation.logged.interval)


def test_too_little_overlap_is_said(logged: Logged) -> None:
    """A chain whose answers the log hardly holds comes with a warning, and without an interval."""
    evaluation, _ = logged.evaluation(build_chain("elsewhere", [{"use": "indexed"}, {"use": "popular"}]))
    assert "it could have given at most" in evaluation.warnings[0]
    assert evaluation.doubly_robust.interval is None


def test_a_chain_that_draws_nothing_supports_itself_alone(logged: Logged) -> None:
    """Where a sure chain served half of the users, another that it often agrees with is not said to gain."""
    steps = list(Replay(read_log(str(logged.path)), logged.artifacts, logged.settings))
    half = {step.user for step in steps[: len(steps) // 2]}
    served = [replace(step, chain="sure", propensity=1.0) if step.user in half else step for step in steps]
    evaluation = evaluate(TARGET, served, left_out=lambda _: None)
    assert {each.chain: each.lacks for each in evaluation.support} == {"logging": False, "sure": True}
    assert evaluation.gain is None
    assert "take --served-by logging" in evaluation.warnings[-1]
