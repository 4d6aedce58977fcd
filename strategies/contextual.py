"""Contextual: what is listened together with the anchor, and with all that was liked in this session."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig
from strategies.mood import MoodConfig, by_mood


class ContextualConfig(MoodConfig):
    """Parameters of *contextual*."""

    liked_from: float = Field(0.5, ge=0, le=1, description="A fraction listened from which a track's company is asked.")
    memory: int = Field(20, ge=0, le=1000, description="Latest liked tracks asked, beside the anchor (tracks).")
    base: float = Field(0.1, ge=0, le=1, description="The fraction expected of a track that nothing is known of.")


class Contextual:
    """Propose the neighbours of what was liked, those first that should be heard longest in this mood."""

    name: ClassVar[str] = "contextual"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = ContextualConfig

    def __init__(self, config: ContextualConfig) -> None:
        self._config = config

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with the company of the session's tracks at its end."""
        config, artifacts = self._config, query.artifacts
        heard = zip(query.tracks, query.times, strict=True)
        liked = [(track, time) for track, time in heard if time >= config.liked_from]
        del liked[: -config.memory or None]  # without a memory: all
        if query.anchor is not None:
            liked.append((query.anchor, 1.0))
        company: dict[int, float] = {}
        for track, time in liked:
            near = artifacts.track_neighbours[track].tolist()
            for other, score in zip(near, artifacts.track_neighbour_scores[track].tolist(), strict=True):
                if other >= 0 and other not in query.excluded:
                    company[other] = company.get(other, 0.0) + time * score
        expected = {track: min(1.0, config.base + score) for track, score in company.items()}
        return slate.followed_by(by_mood(query, expected, config), self.name)
