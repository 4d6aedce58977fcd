"""Exploration: now and then another of the best candidates, drawn with a chance that is known and logged."""

from __future__ import annotations

from itertools import islice
from math import exp
from typing import ClassVar, Literal

from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig
from strategies.dislike_filter import without_excluded


class ExploreConfig(StrategyConfig):
    """Parameters of *explore*."""

    share: float = Field(0.05, ge=0, le=1, description="Share of answers that are drawn; 0 explores nothing.")
    kind: Literal["uniform", "softmax"] = Field(
        "uniform",
        description="'uniform': each candidate as likely as the other; 'softmax': those further back more seldom.",
    )
    first: int = Field(10, ge=2, le=1000, description="Candidates drawn from, from the head of the slate (tracks).")
    temperature: float = Field(
        3.0, gt=0, le=1000, description="Of 'softmax': so many places back a candidate is e times less likely (places)."
    )


class Explore:
    """Answer the head of the slate, or with probability ``share`` a candidate drawn from its first few.

    It stands last in a chain, behind the fallback. There the chance of every answer is known exactly, which lets
    other chains be estimated from the log. Tracks that were heard or are disliked are never drawn.

    Source: Li, Chu, Langford and Wang (2011): a log of randomised answers tells what another policy is worth.
    """

    name: ClassVar[str] = "explore"
    role: ClassVar[Role] = "explorer"
    Config: ClassVar[type[StrategyConfig]] = ExploreConfig

    def __init__(self, config: ExploreConfig) -> None:
        self._share, self._first = config.share, config.first
        # Weights of places: those of a shorter slate are a part of them.
        softness = config.temperature if config.kind == "softmax" else float("inf")
        self._weights = [exp(-place / softness) for place in range(config.first)]

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with the drawn track at its head, and the chances of all that could be drawn."""
        allowed = without_excluded(query, slate)
        tracks = list(islice(dict.fromkeys(allowed.tracks), self._first))
        if not self._share or len(tracks) < 2:
            return allowed if tracks else slate
        weights = self._weights[: len(tracks)]
        scale = self._share / sum(weights)
        chances = [scale * weight for weight in weights]
        chances[0] += 1 - self._share
        known = None if query.drawn else dict(zip(tracks, chances, strict=True))
        (answer,) = query.rng.choices(tracks, chances)
        if answer == tracks[0]:
            return Slate(allowed.tracks, allowed.by, known)
        place = allowed.tracks.index(answer)
        return Slate(
            [answer, *allowed.tracks[:place], *allowed.tracks[place + 1 :]],
            [self.name, *allowed.by[:place], *allowed.by[place + 1 :]],
            known,
        )
