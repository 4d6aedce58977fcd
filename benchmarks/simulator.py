"""Recommendations per second in process, simulator included, and how long the episodes of a claim take.

Run it with ``python -m benchmarks.simulator``. One process is one core, and its rate per
CPU second does not depend on what else runs; the claim's run uses what processors there are.
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.settings import load_settings
from simulator import neutral
from simulator.commands.claim import EXPERIMENT, experiment_settings
from simulator.options import add_workers, add_world_files, printer, world_of
from simulator.running.block import Setup
from simulator.running.run import run_in_process
from simulator.running.tally import Tally

GOAL_PER_S, GOAL_S = 10_000, 60


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulator", description=__doc__)
    parser.add_argument("--episodes", type=int, default=30_000, help="of the claim's run (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of each measurement (default: %(default)s)")
    add_world_files(parser)
    add_workers(parser)
    options = parser.parse_args()
    console = Console(stderr=True)
    world = world_of(options, "dot", console)
    settings = experiment_settings(load_settings())
    table = Table(
        title=f"In process, {len(world.catalogue):,} tracks (the best and the worst of {options.rounds} rounds)"
    )
    for heading in (
        "",
        "processes",
        "episodes",
        "seconds",
        "recommendations/s",
        "per CPU second",
        "µs per decision",
        "goal",
    ):
        table.add_column(heading, justify="right" if heading else "left")
    with tempfile.TemporaryDirectory() as folder:
        artifacts = neutral.artifacts_of(
            world, settings, Path(folder), options, episodes=options.episodes, console=console
        )
        chain = settings.server.default_chain
        alone = Setup(world, settings, artifacts, chains=(chain,))
        claim = Setup(world, settings, artifacts, EXPERIMENT)
        goal = f"≥ {GOAL_PER_S:,}/s"
        table.add_row(*_row(f"the chain {chain}", alone, options.episodes // 10, 1, options.rounds, goal))
        table.add_row(*_row("the claim", claim, options.episodes, options.workers, options.rounds, f"≤ {GOAL_S} s"))
    printer().print(table)
    kilobyte = 1024 if sys.platform == "darwin" else 1  # bytes there, kilobytes elsewhere
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / kilobyte / 1024
    print(f"Peak memory of the first process: {peak:.0f} MiB")


def _row(name: str, setup: Setup, episodes: int, workers: int, rounds: int, goal: str) -> list[str]:
    seconds, cpu_seconds, tally = [], [], None
    for _ in range(rounds):
        started_s, started_cpu_s = time.perf_counter(), time.process_time()
        tally = run_in_process(setup, 31312, episodes, workers, _unseen)
        seconds.append(time.perf_counter() - started_s)
        cpu_seconds.append(time.process_time() - started_cpu_s)
    assert isinstance(tally, Tally)  # noqa: S101  # there is a round at least
    rates = [tally.decisions / s for s in (min(seconds), max(seconds))]
    return [
        name,
        str(workers),
        f"{episodes:,}",
        f"{min(seconds):.1f} to {max(seconds):.1f}",
        f"{rates[0]:,.0f} to {rates[1]:,.0f}",
        f"{tally.decisions / min(cpu_seconds):,.0f}" if workers == 1 else "",
        f"{1e6 * tally.deciding_s / tally.decisions:.0f}",
        goal,
    ]


def _unseen(episodes: int, time: float, playbacks: int) -> None:
    """Take no note of the progress: a bar costs time as well."""


if __name__ == "__main__":
    sys.exit(ended(main))
