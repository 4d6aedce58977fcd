"""Take one part of session taste away at a time, and write what each is worth."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from app.settings import Settings, load_settings
from simulator.leaderboard import Standing, measure
from simulator.options import add_measuring, add_workers, add_world_files, command_line, world_of
from simulator.running.summary import effect_text, mean_text
from strategies.session_taste import SessionTaste

CHAIN = "taste"
NOTHING_OF_THE_SESSION = {"taste_variance": 0, "mood_variance": 0, "artist_variance": 0}
WITHOUT: dict[str, dict[str, Any]] = {
    "what is heard of one artist says nothing of others": {"taste_variance": 0},
    "artists have no mood in common": {"mood_variance": 0},
    "what is heard of an artist says nothing of the artist": {"artist_variance": 0},
    "who was heard well brings no company": {"company": 0},
    "a hundred artists near the first instead of twenty": {"near": 100},
    "the session teaches nothing": NOTHING_OF_THE_SESSION,
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_measuring(parser, worlds="dot and cosine", episodes=3000, per="per variant, world and seed")
    add_world_files(parser)
    add_workers(parser)


def main(options: argparse.Namespace, console: Console) -> int:
    """Measure, and write ``ablation.md``."""
    settings = load_settings()
    variants = {"nothing": settings.chains[CHAIN]}
    variants |= {name: _without(settings, parameters) for name, parameters in WITHOUT.items()}
    with_variants = settings.model_copy(update={"chains": settings.chains | variants})
    standings = {
        name: measure(world_of(options, name, console), with_variants, list(variants), options, console)
        for name in options.world or ("dot", "cosine")
    }
    options.out.mkdir(parents=True, exist_ok=True)
    text = ablation_page(standings, command_line("ablation", options))
    (options.out / "ablation.md").write_text(text, encoding="utf-8")
    return 0


def _without(settings: Settings, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the chain with other parameters of session taste."""
    return [{**stage, **parameters} if stage["use"] == SessionTaste.name else stage for stage in settings.chains[CHAIN]]


def ablation_page(standings: Mapping[str, Sequence[Standing]], command: str) -> str:
    """Return the page.

    Args:
        standings: Per world, the whole chain first.
        command: That made it.
    """
    tables = []
    for world, variants in standings.items():
        rows = [
            f"| {standing.group.name} | {mean_text(standing.group)} | {effect_text(standing.group.effect)} |"
            for standing in variants
        ]
        head = ["| without | session time | effect over the whole |", "| --- | ---: | ---: |"]
        tables.append(f"## World *{world}*\n\n" + "\n".join([*head, *rows]) + "\n")
    intro = "# What each part of session taste is worth\n\nThe chain `taste` whole, then with one part taken away.\n"
    return "\n".join([intro, *tables, f"    {command}\n"])
