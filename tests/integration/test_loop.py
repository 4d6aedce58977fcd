"""The closed loop in the simulator: every round learns from the log of the one before."""

from __future__ import annotations

import json
from argparse import Namespace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from app.settings import Settings, load_settings
from experiments.statistics.welch import Effect
from preprocessing.artifacts import load
from simulator.__main__ import main
from simulator.commands.loop import climb_table, with_exploration
from simulator.config import CatalogueConfig, PopulationConfig
from simulator.errors import SimulatorError
from simulator.loop.climb import Climb, climb, seeds_of
from simulator.loop.picture import picture
from simulator.running.summary import Group, multiple_text
from simulator.worlds import WORLDS, World, make_world

ROOT = Path(__file__).parents[2]
OPTIONS = Namespace(rounds=2, episodes=600, collect=600, seed=41_000, catalogue=None, workers=1)


@pytest.fixture(scope="module")
def settings() -> Settings:
    """Return the project's own settings, with a default chain that explores."""
    return with_exploration(load_settings({"SEGUE_SETTINGS": str(ROOT / "settings.toml")}), "segue", 0.2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the logs and the artifacts."""
    return tmp_path_factory.mktemp("loop")


@pytest.fixture(scope="module")
def world() -> World:
    """Return a dot world of 1,000 tracks and 100 listeners."""
    whole = WORLDS["dot"]
    music = CatalogueConfig(**(whole.catalogue.model_dump() | {"tracks": 1000, "genres": 10}))
    people = PopulationConfig(**(whole.population.model_dump() | {"listeners": 100}))
    return make_world(whole.model_copy(update={"catalogue": music, "population": people}), seed=7)


@pytest.fixture(scope="module")
def climbed(world: World, settings: Settings, folder: Path) -> Climb:
    """Return two rounds in that world."""
    return climb(world, settings, "segue", folder, OPTIONS, Console(quiet=True))


def events(folder: Path, name: str) -> list[dict[str, object]]:
    """Return the events of a log."""
    return [json.loads(line) for line in (folder / "log" / f"events-{name}.jsonl").read_text().splitlines()]


def test_every_round_learns_from_all_before(climbed: Climb, folder: Path) -> None:
    """After two rounds the version in use has learned from all sessions so far but the newest hundred."""
    assert [group.sessions for group in (climbed.control, *climbed.rounds)] == [600] * 4
    reports = [json.loads(file.read_text()) for file in sorted((folder / "artifacts" / "reports").iterdir())]
    assert [report["decision"] for report in reports] == ["first", "accepted", "accepted"]
    assert climbed.stayed == {}
    # Of 600 new ones 100 judge, and are new again in the next round: of those 700, 100 judge.
    assert load(folder / "artifacts").manifest.counts.sessions == 600 + 600 + 600 - 100


def test_rounds_are_other_sessions_later(climbed: Climb, folder: Path) -> None:
    """Each round's sessions are new, open after all of the round before, and their log holds propensities."""
    rounds = [events(folder, name) for name in ("neutral", "round-0", "round-1", "round-2")]
    names = [{event["session"] for event in log} for log in rounds]
    assert len(set().union(*names)) == sum(map(len, names)) == 600 * (1 + len(climbed.rounds))
    openings = [[event["timestamp"] for event in log if event["position"] == 0] for log in rounds]
    assert all(max(before) < min(after) for before, after in pairwise(openings))
    propensities = {event["propensity"] for event in rounds[1]} - {None}
    assert {round(float(str(propensity)), 3) for propensity in propensities} >= {0.82, 0.02, 1}


def test_a_round_with_too_few_sessions_is_waiting(world: World, settings: Settings, tmp_path: Path) -> None:
    """150 sessions do not make a round, with the next 150 they do; after a wait the version before has served."""
    options = Namespace(**vars(OPTIONS) | {"episodes": 150})
    climbed = climb(world, settings, "segue", tmp_path, options, Console(quiet=True))
    assert climbed.stayed == {1: "waiting"}
    reports = (tmp_path / "artifacts" / "reports").iterdir()
    assert sorted(json.loads(file.read_text())["decision"] for file in reports) == ["accepted", "first"]


def test_no_round_has_the_seed_of_the_neutral_log() -> None:
    """Seed 1 is passed over, so that no round replays the sessions that were learned from; the last seed is said."""
    assert seeds_of(0, 4) == [0, 2, 3, 4]
    assert seeds_of(1, 3) == [2, 3, 4]
    assert seeds_of(41_000, 3) == [41_000, 41_001, 41_002]
    assert seeds_of(2**64 - 3, 3)[-1] == 2**64 - 1
    with pytest.raises(SimulatorError, match="18446744073709551615"):
        seeds_of(2**64 - 2, 3)


def test_a_climb_in_words_and_as_a_picture() -> None:
    """A multiple is the effect as a factor, a round that learned nothing is named, and each has its dot."""
    effect = Effect(4.0, 6.0, 50.0, (40.0, 60.0))
    control = Group("control", 10, 20, 4.0, (3.9, 4.1), 9.0, 0.2, 0.1, None)
    later = Group("0", 10, 20, 6.0, (5.9, 6.1), 9.0, 0.2, 0.1, effect)
    assert multiple_text(effect) == "1.50 (1.40 to 1.60)"
    climbed = Climb("dot", "taste<", control, [later] * 3, stayed={1: "refused", 2: "waiting"})
    assert list(climb_table(climbed).columns[0].cells) == ["control", "0", "1 (refused)", "2 (waiting)"]
    drawn = picture([climbed, climbed])
    assert ElementTree.fromstring(drawn).tag.endswith("svg")  # noqa: S314  # our own
    assert drawn.count("<circle") == 6


def test_a_folder_that_was_learned_in_is_refused(
    climbed: Climb, folder: Path, world: World, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second run in a folder would learn from the first one's logs: it ends before a world is made."""
    (folder / "dot").mkdir()
    (folder / "log").rename(folder / "dot" / "log")
    assert main(["loop", "--folder", str(folder), "--out", str(folder / "pictures")]) == 2
    (folder / "dot" / "log").rename(folder / "log")
    assert "name another --folder, or remove it" in capsys.readouterr().err
    with pytest.raises(SimulatorError, match="log exists"):
        climb(world, settings, climbed.chain, folder, OPTIONS, Console(quiet=True))
