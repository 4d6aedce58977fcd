"""Turn the novelty of chains from 0 to 1, and draw session time against coverage."""

from __future__ import annotations

import argparse
from typing import Any

from rich.console import Console

from app.settings import Settings, load_settings
from simulator.leaderboard import measure
from simulator.leaderboard.curve import Curve, curve_page, curve_plot
from simulator.options import add_measuring, add_workers, add_world_files, command_line, prepare_pages, world_of
from simulator.running.serving import choose_serving
from strategies.registry import build_chains

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
EXAMPLE = "--world dot --chain taste --episodes 500"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_measuring(parser, worlds="dot and cosine", episodes=3000, per="per chain, weight, world and seed")
    parser.add_argument(
        "--chain",
        action="append",
        metavar="NAME",
        help="one chain; give it again for more (default: the default chain)",
    )
    add_world_files(parser)
    add_workers(parser)


def main(options: argparse.Namespace, console: Console) -> int:
    """Measure, and write ``novelty.md`` and ``novelty.svg``."""
    settings = load_settings()
    chains = options.chain or [settings.server.default_chain]
    choose_serving(settings, chains=chains)  # an unknown chain is said before the work begins
    turned = {(chain, weight): f"{chain}, novelty {weight:g}" for chain in chains for weight in WEIGHTS}
    stages = {name: with_novelty(settings, chain, weight) for (chain, weight), name in turned.items()}
    at_every_weight = settings.model_copy(update={"chains": settings.chains | stages})
    prepare_pages(options.out)
    curves: dict[str, list[Curve]] = {}
    for name in options.world or ("dot", "cosine"):
        world = world_of(options, name, console)
        standings = dict(
            zip(turned, measure(world, at_every_weight, list(turned.values()), options, console), strict=True)
        )
        curves[name] = [Curve(chain, {weight: standings[chain, weight] for weight in WEIGHTS}) for chain in chains]
    (options.out / "novelty.md").write_text(curve_page(curves, command_line("novelty", options)), encoding="utf-8")
    (options.out / "novelty.svg").write_text(curve_plot(curves), encoding="utf-8")
    return 0


def with_novelty(settings: Settings, chain: str, weight: float) -> list[dict[str, Any]]:
    """Return a chain's stages with *novelty* behind its sources and filters."""
    stages = list(settings.chains[chain])
    roles = [strategy.role for strategy in build_chains(settings.chains)[chain].strategies]
    place = next((place for place, role in enumerate(roles) if role in ("injector", "fallback")), len(stages))
    stages.insert(place, {"use": "novelty", "weight": weight})
    return stages
