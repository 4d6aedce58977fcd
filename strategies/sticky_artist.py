"""Sticky artist: more by the artist that the listener came with."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from strategies.base import Anchor, Query, Role, Slate, StrategyConfig


class StickyArtistConfig(StrategyConfig):
    """Parameters of *sticky artist*."""

    anchor: Anchor = Field(
        "first",
        description="The artist of the 'first' track of the session, or of the 'previous', the one just heard.",
    )
    order: Literal["appeal", "random"] = Field(
        "random",
        description="'appeal': the artist's best-listened tracks first; 'random': all equally likely.",
    )
    allow_repeats: bool = Field(
        False,
        description="Also answer what was heard or is disliked, as the predecessor's control did.",
    )


class StickyArtist:
    """Propose the tracks of one artist: the one that the listener came with, or the one just heard."""

    name: ClassVar[str] = "sticky_artist"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = StickyArtistConfig

    def __init__(self, config: StickyArtistConfig) -> None:
        self._config = config
        self.allow_repeats = config.allow_repeats

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with the artist's tracks at its end."""
        start = query.heard(self._config.anchor)
        if start is None:
            return slate
        artifacts = query.artifacts
        tracks = artifacts.artist_tracks.row(int(artifacts.track_artist[start]))
        if self._config.order == "random":
            if self.allow_repeats and query.wanted == 1:
                tracks = [query.rng.choice(tracks)]
            else:
                tracks = query.rng.sample(tracks, len(tracks))
        return slate.followed_by(tracks, self.name)
