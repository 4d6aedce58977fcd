"""Indexed: the user's own list, made by preprocessing, in the order of this session's mood."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig
from strategies.mood import MoodConfig, by_mood


class IndexedConfig(MoodConfig):
    """Parameters of *indexed*."""

    limit: int = Field(100, ge=1, le=1000, description="Tracks taken from the head of the user's list.")
    base: float = Field(0.3, ge=0, le=1, description="The fraction expected of a track of the list beforehand.")


class Indexed:
    """Propose the user's own list, artists heard well in this session first.

    A user whom the log does not know has none.
    """

    name: ClassVar[str] = "indexed"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = IndexedConfig

    def __init__(self, config: IndexedConfig) -> None:
        self._config = config

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with the user's list at its end."""
        if query.user is None:
            return slate
        own = query.artifacts.user_indexed.row(query.user, self._config.limit)
        expected = {track: self._config.base for track in own if track not in query.excluded}
        return slate.followed_by(by_mood(query, expected, self._config), self.name)
