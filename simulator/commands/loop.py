"""Let a chain learn from its own log, round after round, and draw the climb."""

from __future__ import annotations

import argparse
import tempfile
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.settings import Settings, load_settings
from simulator import neutral
from simulator.loop.climb import CONTROL, Climb, check_unused, climb, seeds_of
from simulator.loop.picture import picture
from simulator.options import (
    add_measuring,
    add_workers,
    add_world_files,
    at_least,
    prepare_pages,
    printer,
    seed_number,
    share,
    world_of,
)
from simulator.running.serving import choose_serving
from simulator.running.summary import mean_text, multiple_text

LEARNED = "taste"  # the chain that learns most
EXAMPLE = "--world dot --rounds 3 --episodes 2000"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--rounds", type=at_least(1), default=6, metavar="N", help="of learning (default: %(default)s)")
    add_measuring(parser, worlds="dot", episodes=10_000, per="served per round")
    parser.add_argument("--chain", metavar="NAME", help=f"that serves (default: {LEARNED}, or the default chain)")
    parser.add_argument(
        "--explore", type=share, default=0.0, metavar="SHARE", help="of the answers (default: %(default)s)"
    )
    parser.add_argument(
        "--seed",
        type=seed_number,
        default=41_000,
        metavar="N",
        help=f"of the control; rounds have the next ones, but {neutral.SEED}, which the neutral log has",
    )
    parser.add_argument("--folder", type=Path, metavar="DIR", help="keep logs and artifacts in it, new, a world each")
    add_world_files(parser)
    add_workers(parser)


def main(options: argparse.Namespace, console: Console) -> int:
    """Climb in every world, print a table each, and write ``loop.svg``."""
    settings = load_settings()
    chain = options.chain or (LEARNED if LEARNED in settings.chains else settings.server.default_chain)
    choose_serving(settings, chains=(CONTROL, chain))  # what cannot be run is said before the work begins
    exploring = with_exploration(settings, chain, options.explore)
    worlds = dict.fromkeys(options.world or ("dot",))
    seeds_of(options.seed, options.rounds + 2)
    for name in worlds if options.folder else ():
        check_unused(options.folder / name)
    prepare_pages(options.out)
    climbs = []
    for name in worlds:
        world = world_of(options, name, console)
        kept = nullcontext(options.folder / name) if options.folder else tempfile.TemporaryDirectory(prefix="segue-")
        with kept as folder:
            climbs.append(climb(world, exploring, chain, Path(folder), options, console))
        printer().print(climb_table(climbs[-1]))
    (options.out / "loop.svg").write_text(picture(climbs), encoding="utf-8")
    return 0


def with_exploration(settings: Settings, chain: str, share: float) -> Settings:
    """Return the settings with a chain that explores a share of its answers."""
    if not share:
        return settings
    stages = [*settings.chains[chain], {"use": "explore", "share": share}]
    return settings.model_copy(update={"chains": settings.chains | {chain: stages}})


def climb_table(climb: Climb) -> Table:
    """Return the rounds as a table; the last column is the session time as a multiple of the control's.

    A round that learned nothing says why: the gate refused the candidate, or the log was waiting for more sessions.
    """
    table = Table(title=f"{climb.world}: {climb.chain}, learning from its own log", title_justify="left")
    for heading in ("rounds learned", "sessions", "session time", "over control (95 % interval)"):
        table.add_column(heading, justify="right")
    table.add_row("control", f"{climb.control.sessions:,}", mean_text(climb.control), "1")
    for number, group in enumerate(climb.rounds):
        why = f" ({climb.stayed[number]})" if number in climb.stayed else ""
        table.add_row(f"{number}{why}", f"{group.sessions:,}", mean_text(group), multiple_text(group.effect))
    return table
