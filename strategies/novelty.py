"""Novelty: of the best candidates, those that few have heard come sooner."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig


class NoveltyConfig(StrategyConfig):
    """Parameters of *novelty*."""

    weight: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Of novelty against the order that the slate came in: 0 leaves it, 1 puts the least played first.",
    )
    among: int = Field(50, ge=2, le=1000, description="Candidates that are ordered anew, from the head (tracks).")


class Novelty:
    """Order the head of the slate by a weighted mean of two ranks: its own, and the rank by fewest playbacks.

    Ranks need no common scale, so that it stands behind any source. Tracks with equally many playbacks share a
    rank, and tracks with equal means keep their order.

    Source: Vargas and Castells (2011): novelty is how seldom a track is chosen; Borda's count for the mean of ranks.
    """

    name: ClassVar[str] = "novelty"
    role: ClassVar[Role] = "reranker"
    Config: ClassVar[type[StrategyConfig]] = NoveltyConfig

    def __init__(self, config: NoveltyConfig) -> None:
        self._weight, self._among = config.weight, config.among

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with its head in another order."""
        size = min(self._among, len(slate.tracks))
        plays = query.artifacts.track_plays[slate.tracks[:size]].tolist()
        ascending = sorted(plays)
        novelty = {count: ascending.index(count) for count in set(plays)}
        weight = self._weight
        order = sorted(range(size), key=lambda place: (1 - weight) * place + weight * novelty[plays[place]])
        order.extend(range(size, len(slate.tracks)))
        return Slate([slate.tracks[place] for place in order], [slate.by[place] for place in order])
