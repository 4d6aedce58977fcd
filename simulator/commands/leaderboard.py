"""Compare every chain of settings.toml in both settled worlds, and write the table and the plot."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from rich.console import Console

from app.settings import load_settings
from simulator import neutral
from simulator.leaderboard import Standing, order_by_time, page, plot
from simulator.options import add_workers, add_world_files, at_least, printer, world_of
from simulator.progress import progress_of
from simulator.running.block import Setup
from simulator.running.run import run_in_process
from simulator.running.summary import summarise, summary_table
from simulator.running.tally import together

WORLDS = ("dot", "cosine")
SEEDS = (31312, 31313, 31314)
CONTROL = "control"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "--episodes",
        type=at_least(1),
        default=10_000,
        metavar="N",
        help="per chain, world and seed",
    )
    parser.add_argument(
        "--collect", type=at_least(1), default=30_000, metavar="N", help="of the neutral log (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, default=Path("docs"), metavar="DIR", help="default: %(default)s")
    add_world_files(parser)
    add_workers(parser)


def main(options: argparse.Namespace, console: Console) -> int:
    """Measure, print, and write ``leaderboard.md`` and ``leaderboard.svg``."""
    settings = load_settings()
    chains = [CONTROL, *(name for name in settings.chains if name != CONTROL)]
    standings: dict[str, list[Standing]] = {}
    for name in WORLDS:
        world = world_of(options, name, console)
        with tempfile.TemporaryDirectory(prefix="segue-") as folder:
            artifacts = neutral.artifacts_of(
                world, settings, Path(folder), options, episodes=options.collect, console=console
            )
            tallies, costs_us = [], {}
            for chain in chains:
                setup = Setup(world, settings, artifacts, chains=(chain,))
                with progress_of(console, f"{name}, {chain}", len(SEEDS) * options.episodes) as advance:
                    of_chain = [
                        run_in_process(setup, seed, options.episodes, options.workers, advance) for seed in SEEDS
                    ]
                tally = together(of_chain)
                tallies.append(tally)
                costs_us[chain] = 1e6 * tally.deciding_s / tally.decisions
        groups = summarise(together(tallies), chains)
        printer().print(summary_table(groups, f"{name}, {len(SEEDS)} seeds of {options.episodes:,} episodes"))
        standings[name] = order_by_time([Standing(group, costs_us[group.name]) for group in groups])
    options.out.mkdir(parents=True, exist_ok=True)
    text = page(standings, _command(options), SEEDS, options.episodes, options.collect)
    (options.out / "leaderboard.md").write_text(text, encoding="utf-8")
    (options.out / "leaderboard.svg").write_text(plot(standings), encoding="utf-8")
    return 0


def _command(options: argparse.Namespace) -> str:
    """Return how this was made, without where this machine keeps its files."""
    files = [
        f"--{kind} {getattr(options, kind).name}"
        for kind in ("catalogue", "listeners", "embeddings")
        if getattr(options, kind) is not None
    ]
    numbers = [f"--episodes {options.episodes}", f"--collect {options.collect}", f"--world-seed {options.world_seed}"]
    return " ".join(["python -m simulator leaderboard", *files, *numbers])
