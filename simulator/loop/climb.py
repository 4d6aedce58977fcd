"""Rounds of serving and learning: what a chain becomes that is fed with its own log."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from rich.console import Console

from app.settings import Settings
from simulator import neutral
from simulator.errors import SimulatorError
from simulator.philox import LAST_SEED
from simulator.progress import progress_of
from simulator.running.block import Setup
from simulator.running.episodes import day_after, plan_episodes
from simulator.running.run import run_in_process
from simulator.running.summary import Group, summarise
from simulator.running.tally import Tally, together
from simulator.worlds import World

CONTROL = "control"
Stayed = Literal["refused", "waiting"]  # by the gate, or for more sessions
_REFUSED = 1  # exit code of a round of learning whose candidate the gate refused


@dataclass(frozen=True, slots=True)
class Climb:
    """A chain in one world, from round to round."""

    world: str
    chain: str
    control: Group
    rounds: list[Group]  # element r: served with what was learned in r rounds from the chain's own log
    stayed: dict[int, Stayed]  # rounds that learned nothing, so that the version before went on serving, and why


def climb(world: World, settings: Settings, chain: str, folder: Path, options: Namespace, console: Console) -> Climb:
    """Return how a chain climbs; every round serves people whom no round served before.

    Args:
        world: Whose listeners play.
        settings: Hold the chain and the control.
        chain: Serves every round.
        folder: For the logs and the artifacts; it holds none yet.
        options: ``rounds``, ``episodes`` per round, ``collect`` of the neutral log, ``seed``, ``catalogue`` and
            ``workers`` of the command line.
        console: Shows the progress.

    Raises:
        SimulatorError: The folder holds logs or artifacts, a seed is too large, or a round of learning failed.
    """
    check_unused(folder)
    control_seed, *seeds = seeds_of(options.seed, options.rounds + 2)
    collection = neutral.collect(
        world,
        settings,
        folder,
        options.catalogue,
        episodes=options.collect,
        seed=neutral.SEED,
        workers=options.workers,
        console=console,
    )
    if _learn(collection, console):
        raise SimulatorError(f"{options.collect} sessions of a neutral log are too few to learn from: raise --collect")
    first_ms = day_after(world, plan_episodes(world, neutral.SEED, options.collect))
    tallies = []
    control = Setup(world, settings, collection.artifacts, chains=(CONTROL,))
    with progress_of(console, f"{world.config.name}, {CONTROL}", options.episodes) as advance:
        tallies.append(run_in_process(control, control_seed, options.episodes, options.workers, advance))
    stayed: dict[int, Stayed] = {}
    for number, seed in enumerate(seeds):
        setup = Setup(world, settings, collection.artifacts, chains=(chain,), with_log=True)
        log = collection.log.with_name(f"events-round-{number}.jsonl")
        with progress_of(console, f"{world.config.name}, {chain}, round {number}", options.episodes) as advance:
            tally = run_in_process(setup, seed, options.episodes, options.workers, advance, log, first_ms)
        tallies.append(_named(tally, chain, str(number)))
        first_ms = day_after(world, plan_episodes(world, seed, options.episodes, first_ms))
        if number < options.rounds and (why := _learn(collection, console)):
            stayed[number + 1] = why
    names = [CONTROL, *map(str, range(options.rounds + 1))]
    against, *rounds = summarise(together(tallies), names)
    return Climb(world.config.name, chain, against, rounds, stayed)


def check_unused(folder: Path) -> None:
    """Return where a folder holds neither logs nor artifacts: a round learns from all that it finds there.

    Raises:
        SimulatorError: It holds some.
    """
    for name in ("log", "artifacts"):
        if (folder / name).exists():
            raise SimulatorError(
                f"{folder / name} exists, and the loop would learn from what an earlier run left there: name another "
                "--folder, or remove it"
            )


def seeds_of(first: int, n: int) -> list[int]:
    """Return n different seeds from the first on, without that of the neutral log: its sessions are learned from.

    Raises:
        SimulatorError: They would go beyond the last seed.
    """
    seeds = [seed for seed in range(first, first + n + 1) if seed != neutral.SEED][:n]
    if seeds[-1] > LAST_SEED:
        raise SimulatorError(f"the control and the rounds take {n} seeds from --seed on, the last is {LAST_SEED}")
    return seeds


def _learn(collection: neutral.Collection, console: Console) -> Stayed | None:
    """Learn from all logs so far, as an operator would; return why the version before stays current, if it does."""
    before = _current(collection)
    command: Sequence[str] = [
        *(sys.executable, "-m", "preprocessing", "learn"),
        *("--catalogue", str(collection.catalogue)),
        *("--log", str(collection.log.parent)),
        *("--artifacts", str(collection.artifacts)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # a command of ours
    if done.returncode not in (0, _REFUSED):
        raise SimulatorError(f"a round of learning failed: {done.stderr.strip()}")
    console.print(done.stderr.strip().splitlines()[-1], highlight=False, soft_wrap=True)
    if done.returncode == _REFUSED:
        return "refused"
    return "waiting" if _current(collection) == before else None


def _current(collection: neutral.Collection) -> str:
    return (collection.artifacts / "current").resolve().name


def _named(tally: Tally, group: str, name: str) -> Tally:
    return replace(tally, groups=[name] * tally.finished, recommended={name: tally.recommended[group]})
