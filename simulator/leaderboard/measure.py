"""Every chain in a world: the same listeners in the same moods for each, on artifacts of a neutral log."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from app.settings import Settings
from preprocessing.artifacts import load
from simulator import neutral
from simulator.leaderboard.standing import Standing
from simulator.progress import progress_of
from simulator.running.block import Setup
from simulator.running.run import run_in_process
from simulator.running.spread import spread_of
from simulator.running.summary import summarise
from simulator.running.tally import together
from simulator.worlds import World

SEEDS = (31312, 31313, 31314)


def measure(
    world: World, settings: Settings, chains: Sequence[str], options: argparse.Namespace, console: Console
) -> list[Standing]:
    """Return how chains stand in a world, in the order given; effects are against the first.

    Args:
        world: Whose listeners play.
        settings: Hold the chains.
        chains: Names.
        options: ``episodes`` per chain and seed, ``collect`` episodes of the neutral log, ``catalogue`` and
            ``workers`` of the command line.
        console: Shows the progress.
    """
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        artifacts = neutral.artifacts_of(
            world, settings, Path(folder), options, episodes=options.collect, console=console
        )
        return stand(world, settings, dict.fromkeys(chains, artifacts), options, console)


def stand(
    world: World, settings: Settings, served: Mapping[str, Path], options: argparse.Namespace, console: Console
) -> list[Standing]:
    """Return how chains stand, each on its artifacts, in the order given; effects are against the first.

    Args:
        world: Whose listeners play.
        settings: Hold the chains.
        served: By chain, its artifacts; all of one log.
        options: ``episodes`` per chain and seed, and ``workers``.
        console: Shows the progress.
    """
    plays = load(next(iter(served.values())), verify=False).track_plays
    tallies, spreads, costs_us = [], [], []
    for chain, artifacts in served.items():
        setup = Setup(world, settings, artifacts, chains=(chain,))
        with progress_of(console, f"{world.config.name}, {chain}", len(SEEDS) * options.episodes) as advance:
            tally = together(
                [run_in_process(setup, seed, options.episodes, options.workers, advance) for seed in SEEDS]
            )
        tallies.append(tally)
        spreads.append(spread_of(tally, chain, world.catalogue.track_artist, plays))
        costs_us.append(1e6 * tally.deciding_s / tally.decisions)
    groups = summarise(together(tallies), list(served))
    return [Standing(*figures) for figures in zip(groups, spreads, costs_us, strict=True)]
