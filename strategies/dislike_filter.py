"""Dislike filter: nothing that this user dislikes, and nothing twice."""

from __future__ import annotations

from itertools import compress
from typing import ClassVar

from strategies.base import Query, Role, Slate, StrategyConfig


class DislikeFilterConfig(StrategyConfig):
    """*Dislike filter* has no parameters: what a dislike is, preprocessing decides."""


class DislikeFilter:
    """Remove what the user disliked in the log, and what was skipped or heard in this session."""

    name: ClassVar[str] = "dislike_filter"
    role: ClassVar[Role] = "filter"
    Config: ClassVar[type[StrategyConfig]] = DislikeFilterConfig

    def __init__(self, config: DislikeFilterConfig) -> None:
        del config

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate without the excluded tracks."""
        return without_excluded(query, slate)


def without_excluded(query: Query, slate: Slate) -> Slate:
    """Return a slate with only the tracks that may be answered; the same one where all may."""
    excluded = query.excluded
    if excluded.keys().isdisjoint(slate.tracks):
        return slate
    allowed = [track not in excluded for track in slate.tracks]
    return Slate(list(compress(slate.tracks, allowed)), list(compress(slate.by, allowed)))
