"""A neutral log: what a service collects that recommends without a favourite, and the artifacts made from it."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from app.settings import Settings
from simulator.errors import SimulatorError
from simulator.progress import progress_of
from simulator.running.block import Setup
from simulator.running.run import run_in_process
from simulator.worlds import World

SEED = 1  # of every neutral log that a measurement starts from; no measurement uses it for anything else

# One per episode, in turn. None knows a user, so that what the log says of one is not what a recommender thought.
NEUTRAL: dict[str, list[dict[str, Any]]] = {
    "neutral_artist": [{"use": "sticky_artist", "anchor": "previous"}, {"use": "dislike_filter"}],
    "neutral_popular": [{"use": "popular"}],
    "neutral_random": [{"use": "random"}],
}


@dataclass(frozen=True, slots=True)
class Collection:
    """Where things are in a folder."""

    folder: Path
    catalogue: Path

    @property
    def log(self) -> Path:
        """The neutral log."""
        return self.folder / "log" / "events-neutral.jsonl"

    @property
    def artifacts(self) -> Path:
        """What was preprocessed from it."""
        return self.folder / "artifacts"


def collect(
    world: World,
    settings: Settings,
    folder: Path,
    catalogue: Path | None,
    *,
    episodes: int,
    seed: int,
    workers: int,
    console: Console,
) -> Collection:
    """Collect a neutral log of a world into a folder, and write the catalogue there where it was generated.

    Raises:
        SimulatorError: The folder cannot be written, or the preprocessing failed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if catalogue is None:
            world.catalogue.write(folder / "tracks.jsonl")
        nothing = folder / "empty.jsonl"
        nothing.write_bytes(b"")
    except OSError as error:
        raise SimulatorError(f"{folder} cannot be written: {error.strerror}") from error
    collection = Collection(folder, catalogue or folder / "tracks.jsonl")
    blank = folder / "blank"  # artifacts that know the catalogue and nobody
    preprocess(collection.catalogue, nothing, blank)
    chains = settings.model_copy(update={"chains": settings.chains | NEUTRAL})
    setup = Setup(world, chains, blank, chains=tuple(NEUTRAL), with_log=True)
    with progress_of(console, f"{world.config.name}, neutral log, seed {seed}", episodes) as advance:
        run_in_process(setup, seed, episodes, workers, advance, collection.log)
    return collection


def artifacts_of(
    world: World, settings: Settings, folder: Path, options: Namespace, *, episodes: int, console: Console
) -> Path:
    """Collect a neutral log in a folder, and return the artifacts that are made from it there.

    Args:
        world: Whose listeners play.
        settings: Of the service that they play with.
        folder: For the log and the artifacts.
        options: Its ``catalogue`` and ``workers`` are those of the command line.
        episodes: Length of the log.
        console: Shows the progress.

    Raises:
        SimulatorError: The folder cannot be written, or the preprocessing failed.
    """
    collection = collect(
        world,
        settings,
        folder,
        options.catalogue,
        episodes=episodes,
        seed=SEED,
        workers=options.workers,
        console=console,
    )
    preprocess(collection.catalogue, collection.log, collection.artifacts)
    return collection.artifacts


def preprocess(catalogue: Path, log: Path, artifacts: Path) -> None:
    """Make artifacts, as an operator would.

    Raises:
        SimulatorError: The preprocessing failed.
    """
    command = [sys.executable, "-m", "preprocessing", "--catalogue", str(catalogue), "--log", str(log)]
    command += ["--artifacts", str(artifacts)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # a command of ours
    if done.returncode:
        raise SimulatorError(f"the preprocessing of {log} failed: {done.stderr.strip()}")
