"""Options that several commands share."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from math import nan
from pathlib import Path
from tempfile import TemporaryFile

from rich.console import Console

from simulator.config import WorldConfig
from simulator.errors import SimulatorError
from simulator.philox import LAST_SEED
from simulator.worlds import WORLDS, World, find_world, make_world


def add_world_files(parser: argparse.ArgumentParser) -> None:
    """Add the files that a world can be loaded from, and its seed."""
    files = parser.add_argument_group("the world", "each part that no file gives is generated from the world's seed")
    files.add_argument("--catalogue", type=Path, metavar="FILE", help="tracks.jsonl: artist, title and track")
    files.add_argument("--listeners", type=Path, metavar="FILE", help="listeners.jsonl: docs/data-formats.md")
    files.add_argument("--embeddings", type=Path, metavar="FILE", help=".npy, one row per line of the catalogue")
    files.add_argument("--world-seed", type=at_least(0), default=0, metavar="N", help="default: %(default)s")


def add_world(parser: argparse.ArgumentParser) -> None:
    """Add the choice of one world."""
    parser.add_argument("--world", choices=WORLDS, default="dot", help="default: %(default)s")
    parser.add_argument(
        "--max-tracks", type=at_least(2), metavar="N", help="longest session (default: 200, the world's own)"
    )
    add_world_files(parser)


def add_measuring(parser: argparse.ArgumentParser, *, worlds: str, episodes: int, per: str) -> None:
    """Add the worlds, how long each is measured, and where the pages go.

    Args:
        parser: Of a command that writes pages.
        worlds: Those measured where none is named, in words.
        episodes: Default of the episodes.
        per: What has so many episodes.
    """
    parser.add_argument(
        "--world", action="append", choices=WORLDS, help=f"one world; give it again for more (default: {worlds})"
    )
    parser.add_argument(
        "--episodes", type=at_least(1), default=episodes, metavar="N", help=f"{per} (default: %(default)s)"
    )
    parser.add_argument(
        "--collect", type=at_least(1), default=40_000, metavar="N", help="of the neutral log (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, default=Path("docs"), metavar="DIR", help="default: %(default)s")


def add_workers(parser: argparse.ArgumentParser) -> None:
    """Add the number of processes."""
    parser.add_argument(
        "--workers",
        type=at_least(1),
        default=available_cpus(),
        metavar="N",
        help="processes; the result is the same for any number (default: %(default)s, the processors)",
    )


def world_of(options: argparse.Namespace, name: str, console: Console) -> World:
    """Return the world that the options describe, and say what had to be fitted."""
    config: WorldConfig = find_world(name)
    if getattr(options, "max_tracks", None) is not None:
        listener = config.listener.model_copy(update={"max_tracks": options.max_tracks})
        config = config.model_copy(update={"listener": listener})
    with console.status(f"making the world {name}"):
        world = make_world(
            config,
            options.world_seed,
            catalogue=options.catalogue,
            listeners=options.listeners,
            embeddings=options.embeddings,
        )
    for note in world.notes:
        console.print(f"{name}: {note}", highlight=False, soft_wrap=True)
    return world


def command_line(command: str, options: argparse.Namespace) -> str:
    """Return what to type to measure this again, without where this machine keeps its files."""
    chosen = [f"--{kind} {name}" for kind in ("world", "chain") for name in getattr(options, kind, None) or ()]
    files = [
        f"--{kind} {getattr(options, kind).name}"
        for kind in ("catalogue", "listeners", "embeddings")
        if getattr(options, kind) is not None
    ]
    numbers = [f"--episodes {options.episodes}", f"--collect {options.collect}", f"--world-seed {options.world_seed}"]
    return " ".join([f"python -m simulator {command}", *chosen, *files, *numbers])


def available_cpus() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def at_least(least: int, at_most: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers that are not below one, nor above another where there is one."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least or (at_most is not None and number > at_most):
            within = f"of {least} or more" if at_most is None else f"from {least} to {at_most}"
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {within}")
        return number

    return read


seed_number = at_least(0, LAST_SEED)


def share(text: str) -> float:
    """Return a number from 0 to 1.

    Raises:
        ArgumentTypeError: The text is none.
    """
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return number


def prepare_pages(out: Path) -> None:
    """Make the folder of the pages, before the work begins whose result would else be lost.

    Raises:
        SimulatorError: It is none that can be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise SimulatorError(f"pages cannot be written into --out {out}: {error.strerror}") from error


def printer() -> Console:
    """Return a console for results; where no terminal says how wide it is, tables do not wrap."""
    console = Console()
    if not console.is_terminal:
        console.width = 130
    return console
