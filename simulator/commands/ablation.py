"""Take one part of session taste away at a time, and write what each is worth."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from app.settings import Settings, load_settings
from preprocessing.artifacts import LAYOUT, Artifacts, Draft, TasteNumbers, load, publish
from simulator import neutral
from simulator.errors import SimulatorError
from simulator.leaderboard import Standing, stand
from simulator.options import add_measuring, add_workers, add_world_files, command_line, prepare_pages, world_of
from simulator.running.serving import choose_serving
from simulator.running.summary import effect_text, mean_text
from strategies.errors import ConfigurationError
from strategies.session_taste import SessionTaste

CHAIN, WHOLE = "taste", "nothing"
Change = tuple[dict[str, np.ndarray], dict[str, Any]]  # columns of the artifacts, and numbers of the model

# What the session teaches: parameters of the strategy.
OF_THE_SESSION: dict[str, dict[str, Any]] = {
    "what is heard of one artist says nothing of others": {"taste_variance": 0},
    "artists have no mood in common": {"mood_variance": 0},
    "what is heard of an artist says nothing of the artist": {"artist_variance": 0},
    "who was heard well brings no company": {"company": 0},
    "fifty artists near the first instead of twenty": {"near": 50},
    "the session teaches nothing": {"taste_variance": 0, "mood_variance": 0, "artist_variance": 0},
}
# What the log teaches: columns and numbers of the model.
OF_THE_MODEL: dict[str, Callable[[Artifacts], Change]] = {
    "nobody knows which artists go together": lambda artifacts: (
        {"artist_vectors": np.zeros_like(artifacts.artist_vectors)},
        {},
    ),
    "an artist is as good as another": lambda artifacts: (
        {"artist_effect": np.full_like(artifacts.artist_effect, artifacts.artist_effect.mean())},
        {},
    ),
    "a user is like another": lambda artifacts: (
        {
            "user_demand": np.zeros_like(artifacts.user_demand),
            "user_sharpness": np.ones_like(artifacts.user_sharpness),
        },
        {},
    ),
    "artists do not tire": lambda artifacts: ({}, {"fatigue": [1.0] * len(_numbers(artifacts).fatigue)}),
}

EXAMPLE = "--world dot --episodes 500"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_measuring(parser, worlds="dot and cosine", episodes=3000, per="per variant, world and seed")
    add_world_files(parser)
    add_workers(parser)


def main(options: argparse.Namespace, console: Console) -> int:
    """Measure, and write ``ablation.md``."""
    settings = load_settings()
    if all(stage.get("use") != SessionTaste.name for stage in settings.chains.get(CHAIN, ())):
        raise ConfigurationError(
            f"parts are taken away from the strategy '{SessionTaste.name}' of the chain '{CHAIN}', "
            "and the settings have no such chain with it"
        )
    choose_serving(settings)  # what is wrong with a chain is said before the work begins
    variants = (WHOLE, *OF_THE_SESSION, *OF_THE_MODEL)
    stages = {variant: _without(settings, OF_THE_SESSION.get(variant, {})) for variant in variants}
    with_variants = settings.model_copy(update={"chains": settings.chains | stages})
    prepare_pages(options.out)
    standings = {}
    for name in options.world or ("dot", "cosine"):
        world = world_of(options, name, console)
        with tempfile.TemporaryDirectory(prefix="segue-") as folder:
            whole = neutral.artifacts_of(
                world, settings, Path(folder), options, episodes=options.collect, console=console
            )
            artifacts = load(whole, verify=False)
            served = dict.fromkeys(variants, whole) | {
                variant: publish(Path(folder) / f"without-{place}", deprived(artifacts, change))
                for place, (variant, change) in enumerate(OF_THE_MODEL.items())
            }
            standings[name] = stand(world, with_variants, served, options, console)
    text = ablation_page(standings, command_line("ablation", options))
    (options.out / "ablation.md").write_text(text, encoding="utf-8")
    return 0


def deprived(artifacts: Artifacts, change: Callable[[Artifacts], Change]) -> Draft:
    """Return the artifacts with a part of the taste model taken away.

    Raises:
        SimulatorError: They hold no model.
    """
    columns, numbers = change(artifacts)
    manifest = artifacts.manifest
    return Draft(
        {name: getattr(artifacts, name) for name in LAYOUT} | columns,
        manifest.input_fingerprint,
        manifest.counts,
        manifest.dropped,
        manifest.parameters,
        manifest.newest_session_ms,
        _numbers(artifacts).model_copy(update=numbers),
    )


def _numbers(artifacts: Artifacts) -> TasteNumbers:
    numbers = artifacts.manifest.taste
    if numbers is None:
        raise SimulatorError("the log is too small for a taste model, so no part can be taken away: raise --collect")
    return numbers


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
