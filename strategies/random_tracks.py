"""Random: any track of the catalogue, each as likely as the other."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig


class RandomConfig(StrategyConfig):
    """Parameters of *random*."""

    limit: int = Field(10, ge=1, le=1000, description="Candidates proposed beyond the queue asked for (tracks).")


class RandomTracks:
    """Propose tracks drawn uniformly from the whole catalogue; the neutral policy to collect a log with."""

    name: ClassVar[str] = "random"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = RandomConfig

    def __init__(self, config: RandomConfig) -> None:
        self._limit = config.limit

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with random tracks at its end."""
        n = query.artifacts.n_tracks
        drawn = query.rng.sample(range(n), min(n, self._limit + query.wanted))
        return slate.followed_by(drawn, self.name)
