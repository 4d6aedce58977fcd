"""Diversity injector: every few tracks one by another artist, that this listener should like too."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import ClassVar

from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig


class DiversityInjectorConfig(StrategyConfig):
    """Parameters of *diversity injector*."""

    every: int = Field(5, ge=2, le=1000, description="One track in so many is injected (tracks).")
    liked_from: float = Field(0.8, gt=0, le=1, description="A fraction listened from which a track counts as liked.")
    similar_users: int = Field(5, ge=0, le=100, description="Users with like taste whose favourites are asked.")
    favourites: int = Field(20, ge=0, le=1000, description="Favourites considered per user (tracks).")


class DiversityInjector:
    """Put in a track by another artist: the user's favourites, then what is liked by those who like the same.

    The latter are the favourites of similar users, then the neighbours of what was liked in this session, so
    that a user without history is served too.
    """

    name: ClassVar[str] = "diversity_injector"
    role: ClassVar[Role] = "injector"
    Config: ClassVar[type[StrategyConfig]] = DiversityInjectorConfig

    def __init__(self, config: DiversityInjectorConfig) -> None:
        self._config = config

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with a track by another artist at every place of the queue that is due one."""
        every = self._config.every
        due = [place for place in range(query.wanted) if (query.position + 1 + place) % every == 0]
        if not due:
            return slate
        tracks, by = list(slate.tracks), list(slate.by)
        suitable = self._suitable(query, set(tracks))
        for place, track in zip(due, suitable, strict=False):
            tracks.insert(place, track)
            by.insert(place, self.name)
        return Slate(tracks, by)

    def _suitable(self, query: Query, taken: set[int]) -> Iterator[int]:
        """Yield tracks by other artists than the anchor's that may be answered, best first, each once."""
        artist_of = query.artifacts.track_artist
        sticky = None if query.anchor is None else int(artist_of[query.anchor])
        for track in chain(self._favourites(query), self._session_neighbours(query)):
            if track not in taken and track not in query.excluded and artist_of[track] != sticky:
                taken.add(track)
                yield track

    def _favourites(self, query: Query) -> Iterator[int]:
        if query.user is None:
            return
        favourites = query.artifacts.user_favourites
        limit = self._config.favourites
        yield from favourites.row(query.user, limit)
        for other in query.artifacts.similar_users[query.user, : self._config.similar_users].tolist():
            if other >= 0:
                yield from favourites.row(other, limit)

    def _session_neighbours(self, query: Query) -> Iterator[int]:
        neighbours = query.artifacts.track_neighbours
        for track, time in zip(reversed(query.tracks), reversed(query.times), strict=True):
            if time >= self._config.liked_from:
                yield from (row for row in neighbours[track].tolist() if row >= 0)
