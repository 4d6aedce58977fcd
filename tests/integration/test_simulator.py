"""Whole runs: by command, in several processes, and over HTTP against a real Segue."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from app.event_log.log import EventLog
from app.settings import Settings, load_settings
from app.settings.models import EventLogSettings
from experiments.report.log import read_log
from experiments.report.playbacks import playbacks
from experiments.report.report import Question, Report, report_on
from preprocessing.artifacts import load
from simulator import neutral
from simulator.__main__ import main
from simulator.running.block import Setup
from simulator.running.over_http import OverHttp
from simulator.running.run import run_in_process, run_over_http
from simulator.running.summary import summarise
from simulator.segue import segue
from simulator.worlds import World
from strategies.session import Session
from tests.simulated import small_world

ROOT = Path(__file__).parents[2]
EPISODES = 2300  # three blocks
SEED = 31312


def quiet(episodes: int, time: float, playbacks: int) -> None:
    """Take note of no progress."""


@pytest.fixture(scope="module")
def settings() -> Settings:
    """Return the project's own settings."""
    return load_settings({"SEGUE_SETTINGS": str(ROOT / "settings.toml")})


@pytest.fixture(scope="module")
def world() -> World:
    """Return a dot world of 2,000 tracks and 300 listeners."""
    return small_world(seed=7)


@pytest.fixture(scope="module")
def collection(world: World, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> neutral.Collection:
    """Return a neutral log of that world, and the artifacts that were preprocessed from it."""
    folder = tmp_path_factory.mktemp("neutral")
    console = Console(quiet=True)
    found = neutral.collect(world, settings, folder, None, episodes=2000, seed=1, workers=1, console=console)
    neutral.preprocess(found.catalogue, found.log, found.artifacts)
    return found


@pytest.fixture(scope="module")
def setup(world: World, settings: Settings, collection: neutral.Collection) -> Setup:
    """Return what a run of the experiment takes."""
    return Setup(world, settings, collection.artifacts, experiment="SEGUE", with_log=True)


@pytest.fixture(scope="module")
def log(setup: Setup, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the log of a run in one process."""
    path = tmp_path_factory.mktemp("run") / "events.jsonl"
    run_in_process(setup, SEED, EPISODES, 1, quiet, path)
    return path


def events(path: Path) -> list[dict[str, Any]]:
    """Return the events of a log."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_the_log_is_the_same_for_any_number_of_workers(setup: Setup, log: Path, tmp_path: Path) -> None:
    """Two processes write the same bytes as one."""
    run_in_process(setup, SEED, EPISODES, 2, quiet, tmp_path / "events.jsonl")
    assert (tmp_path / "events.jsonl").read_bytes() == log.read_bytes()


def test_another_seed_is_another_run(setup: Setup, log: Path, tmp_path: Path) -> None:
    """The log depends on the seed."""
    run_in_process(setup, SEED + 1, 100, 1, quiet, tmp_path / "events.jsonl")
    assert not log.read_bytes().startswith((tmp_path / "events.jsonl").read_bytes()[:1000])


def test_the_log_is_in_the_format_of_segue(log: Path, tmp_path: Path) -> None:
    """Its events have the keys of the service's own, in the same order, but for the number that proves a file whole."""
    session = Session("s", 0, 1, [1], [1.0], 0, 0, penalised=False)

    async def append() -> Path:
        """Log one event."""
        async with EventLog(EventLogSettings(path=tmp_path)) as own:
            own.append(
                last=False,
                timestamp_ms=0,
                user=1,
                track=1,
                time=1.0,
                latency_s=0.1,
                recommendation=2,
                experiments={},
                session=session,
                chain="segue",
                strategy="popular",
                propensity=1.0,
                request="r",
            )
            return own.path

    (expected,) = events(asyncio.run(append()))
    assert expected.pop("seq") == 1
    assert {tuple(event) for event in events(log)} == {tuple(expected)}


def test_a_neutral_log_is_preprocessed_whole(collection: neutral.Collection) -> None:
    """Preprocessing keeps every line of a simulated log, and finds as many sessions as there were episodes."""
    manifest = load(collection.artifacts).manifest
    assert manifest.counts.events == len(events(collection.log))
    assert manifest.counts.sessions == 2000
    assert not any(manifest.dropped.values())


def reported(log: Path) -> Report:
    """Return the report on the experiment of a log."""
    return report_on(playbacks(read_log(str(log))), "SEGUE", Question())


def test_the_summary_is_the_report_on_the_log(setup: Setup, log: Path) -> None:
    """Means, effect and interval of a run are those that the A/B report makes of its log."""
    control, *treatments = summarise(run_in_process(replace(setup, with_log=False), SEED, EPISODES, 1, quiet))
    for treatment, comparison in zip(treatments, reported(log).primary_comparisons, strict=True):
        assert control.mean_time == pytest.approx(comparison.effect.control_mean)
        assert treatment.mean_time == pytest.approx(comparison.effect.treatment_mean)
        assert treatment.effect is not None
        assert treatment.effect.interval == pytest.approx(comparison.effect.interval)


def known(event: dict[str, object], without: set[str]) -> list[tuple[str, object]]:
    """Return an event's fields but for some, in order of their names."""
    return sorted((key, value) for key, value in event.items() if key not in without)


def test_over_http_no_request_fails_and_every_playback_is_the_same(setup: Setup, log: Path, tmp_path: Path) -> None:
    """A real Segue serves the same episodes: no request fails, and the log is that of the run in process."""
    experiments = json.dumps([one.model_dump() for one in setup.settings.experiments])
    path = tmp_path / "events.jsonl"
    with segue(setup.artifacts, experiments) as url, OverHttp(url, 32) as service:
        tally = run_over_http(setup, SEED, 600, service, quiet, path)
    assert tally.finished == 600
    by_http = events(path)
    names = {event["session"] for event in by_http}
    in_process = [event for event in events(log) if event["session"] in names]
    measured_or_untold = {"latency", "strategy", "propensity"}
    assert sorted(map(str, (known(event, measured_or_untold) for event in by_http))) == sorted(
        map(str, (known(event, measured_or_untold) for event in in_process))
    )
    assert all(event["latency"] > 0 for event in by_http)
    assert len(names) == sum(event["message"] == "last" for event in by_http) == 600
    comparisons = reported(path).primary_comparisons
    assert len(comparisons) == 2
    for comparison in comparisons:
        assert comparison.effect.percent is not None
        assert comparison.effect.percent > 0


def test_a_run_by_command_prints_the_summary(
    collection: neutral.Collection, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``run`` takes files, writes a log, prints a line per treatment, and exits with 0."""
    listeners = tmp_path / "listeners.jsonl"
    people = world.listeners
    with listeners.open("w") as file:
        for user, interests in zip(people.user_ids, people.interests.tolist(), strict=True):
            row = {"user": user, "interests": interests, "consume_bias": user / 30, "consume_sharpness": 1.5}
            file.write(json.dumps(row) + "\n")
    arguments = ["run", "--catalogue", str(collection.catalogue), "--listeners", str(listeners), "--episodes", "50"]
    arguments += ["--artifacts", str(collection.artifacts), "--log", str(tmp_path / "log"), "--workers", "1"]
    assert main([*arguments, "--experiment", "SEGUE"]) == 0
    assert {"C", "T1"} <= {word for line in capsys.readouterr().out.splitlines() for word in line.split()}
    (written,) = (tmp_path / "log").iterdir()
    assert sum(event["message"] == "last" for event in events(written)) == 50


def test_artifacts_of_another_catalogue_are_refused(
    collection: neutral.Collection, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A run on artifacts that do not fit its world ends with one sentence and exit code 2."""
    other = tmp_path / "tracks.jsonl"
    lines = collection.catalogue.read_text().splitlines()[:500]
    other.write_text("\n".join(lines) + "\n")
    arguments = ["run", "--catalogue", str(other), "--artifacts", str(collection.artifacts), "--episodes", "10"]
    assert main(arguments) == 2
    assert "another catalogue" in capsys.readouterr().err


def test_coverage_counts_what_was_recommended(setup: Setup, log: Path) -> None:
    """The share of the catalogue in the summary is that of the log's recommendations."""
    groups = summarise(run_in_process(replace(setup, with_log=False), SEED, EPISODES, 1, quiet))
    logged = events(log)
    for group in groups:
        mine = [event for event in logged if event["experiments"]["SEGUE"] == group.name]
        recommended = {event["recommendation"] for event in mine} - {None}
        assert group.coverage == pytest.approx(len(recommended) / 2000)
        assert group.skip_rate == pytest.approx(np.mean([event["time"] <= 0.2 for event in mine]))
