"""Indexed: the user's own list, made by preprocessing."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig


class IndexedConfig(StrategyConfig):
    """Parameters of *indexed*."""

    limit: int = Field(100, ge=1, le=1000, description="Tracks taken from the head of the user's list.")


class Indexed:
    """Propose the user's own list, best first; nothing for a user whom the log does not know."""

    name: ClassVar[str] = "indexed"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = IndexedConfig

    def __init__(self, config: IndexedConfig) -> None:
        self._limit = config.limit

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with the user's list at its end."""
        if query.user is None:
            return slate
        return slate.followed_by(query.artifacts.user_indexed.row(query.user, self._limit), self.name)
