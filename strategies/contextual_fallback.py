"""Contextual fallback: what is listened together with the anchor, when nothing is left or all was skipped."""

from __future__ import annotations

from itertools import islice
from typing import ClassVar

from pydantic import Field

from strategies.base import Anchor, Query, Role, Slate, StrategyConfig
from strategies.popular import popular_tracks


class ContextualFallbackConfig(StrategyConfig):
    """Parameters of *contextual fallback*."""

    anchor: Anchor = Field(
        "first",
        description="Together with the 'first' track of the session, or with the 'previous', the one just heard.",
    )


class ContextualFallback:
    """Answer when the slate is empty or the recommender is penalised.

    First the tracks that are listened together with the anchor; then popular ones, which end in any track
    that was not yet heard, because the popularity list holds the whole catalogue.
    """

    name: ClassVar[str] = "contextual_fallback"
    role: ClassVar[Role] = "fallback"
    Config: ClassVar[type[StrategyConfig]] = ContextualFallbackConfig

    def __init__(self, config: ContextualFallbackConfig) -> None:
        self._anchor = config.anchor

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate as it is, or the fallback's candidates where they are due."""
        if slate.tracks and not query.penalised:
            return slate
        tracks = self._together(query)
        missing = query.wanted - len(tracks)
        if missing > 0:
            taken = query.excluded.keys() | set(tracks) if tracks else query.excluded
            tracks += islice(popular_tracks(query.artifacts, taken), missing)
        return Slate.of(tracks, self.name)

    def _together(self, query: Query) -> list[int]:
        start = query.heard(self._anchor)
        if start is None:
            return []
        neighbours = query.artifacts.track_neighbours[start].tolist()
        return [track for track in neighbours if track >= 0 and track not in query.excluded]
