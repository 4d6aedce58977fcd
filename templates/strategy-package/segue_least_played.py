"""Least played: of the artist that the listener came with, what hardly anybody has heard."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig


class LeastPlayedConfig(StrategyConfig):
    """Parameters of *least played*."""

    limit: int = Field(10, ge=1, le=1000, description="Candidates proposed (tracks).")


class LeastPlayed:
    """Propose the artist's tracks with the fewest playbacks in the log."""

    name: ClassVar[str] = "least_played"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = LeastPlayedConfig

    def __init__(self, config: LeastPlayedConfig) -> None:
        self._limit = config.limit

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with these tracks at its end."""
        if query.anchor is None:
            return slate
        artifacts = query.artifacts
        tracks = artifacts.artist_tracks.row(int(artifacts.track_artist[query.anchor]))
        tracks = sorted(tracks, key=lambda track: int(artifacts.track_plays[track]))
        return slate.followed_by(tracks[: self._limit], self.name)
