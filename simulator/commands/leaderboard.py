"""Compare every chain of settings.toml in every world, and write the tables and the plot."""

from __future__ import annotations

import argparse

from rich.console import Console

from app.settings import load_settings
from simulator.leaderboard import SEEDS, Standing, measure, order_by_time, page, plot, to_json
from simulator.options import (
    add_measuring,
    add_workers,
    add_world_files,
    command_line,
    prepare_pages,
    printer,
    world_of,
)
from simulator.running.serving import choose_serving
from simulator.running.summary import summary_table
from simulator.worlds import WORLDS

CONTROL = "control"
EXAMPLE = "--world dot --chain segue --chain taste --episodes 1000"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_measuring(parser, worlds="all", episodes=10_000, per="per chain, world and seed")
    parser.add_argument(
        "--chain", action="append", metavar="NAME", help="one chain; give it again for more (default: all)"
    )
    add_world_files(parser)
    add_workers(parser)


def main(options: argparse.Namespace, console: Console) -> int:
    """Measure, print, and write ``leaderboard.md``, ``leaderboard.svg`` and ``leaderboard.json``."""
    settings = load_settings()
    chains = [CONTROL, *(name for name in options.chain or settings.chains if name != CONTROL)]
    choose_serving(settings, chains=chains)  # an unknown chain is said before the work begins
    prepare_pages(options.out)
    standings: dict[str, list[Standing]] = {}
    for name in options.world or WORLDS:
        measured = measure(world_of(options, name, console), settings, chains, options, console)
        title = f"{name}, {len(SEEDS)} seeds of {options.episodes:,} episodes"
        printer().print(summary_table([standing.group for standing in measured], title))
        standings[name] = order_by_time(measured)
    command = command_line("leaderboard", options)
    text = page(standings, command, SEEDS, options.episodes, options.collect)
    (options.out / "leaderboard.md").write_text(text, encoding="utf-8")
    (options.out / "leaderboard.svg").write_text(plot(standings), encoding="utf-8")
    (options.out / "leaderboard.json").write_text(to_json(standings, command), encoding="utf-8")
    return 0
