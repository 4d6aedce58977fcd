"""Collect a neutral log (artist, popular and random tracks, a session each in turn) to preprocess from."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from app.settings import load_settings
from simulator import neutral
from simulator.options import add_workers, add_world, at_least, seed_number, world_of

EXAMPLE = "--world cosine --episodes 10000 --folder data/cosine"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--folder", type=Path, required=True, metavar="DIR", help="for the log and a made catalogue")
    parser.add_argument("--episodes", type=at_least(1), default=30_000, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=seed_number, default=1, metavar="N", help="default: %(default)s")
    add_world(parser)
    add_workers(parser)


def main(options: argparse.Namespace, console: Console) -> int:
    """Collect, and say how to go on."""
    collection = neutral.collect(
        world_of(options, options.world, console),
        load_settings(),
        options.folder,
        options.catalogue,
        episodes=options.episodes,
        seed=options.seed,
        workers=options.workers,
        console=console,
    )
    print(f"make preprocess CATALOGUE={collection.catalogue} LOG={collection.log} ARTIFACTS={collection.artifacts}")
    return 0
