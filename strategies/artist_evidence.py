"""What a session has shown of artists: who was heard, how often, and to which fraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from strategies.base import Query


@dataclass(frozen=True, slots=True)
class Heard:
    """The tracks of one artist in a session."""

    fractions: list[float]  # as they would have been without fatigue, 0 to 1, oldest first


@dataclass(frozen=True, slots=True)
class ArtistEvidence:
    """The artists of a session, in the order in which they were last heard."""

    by_artist: dict[int, Heard]

    def times_heard(self, artist: int) -> int:
        """Return the number of the artist's tracks that were heard."""
        heard = self.by_artist.get(artist)
        return len(heard.fractions) if heard else 0

    def heard_well(self, fraction: float) -> list[int]:
        """Return the artists of whom some track was heard to at least a fraction."""
        return [artist for artist, heard in self.by_artist.items() if max(heard.fractions) >= fraction]

    def latest(self, count: int) -> dict[int, Heard]:
        """Return the artists that were heard last."""
        return dict(list(self.by_artist.items())[-count:])


def gather_evidence(query: Query, fatigue: Sequence[float]) -> ArtistEvidence:
    """Return what the session has shown.

    Args:
        query: The session.
        fatigue: What is left of an artist's appeal, by times heard.
    """
    by_artist: dict[int, Heard] = {}
    artists = query.artifacts.track_artist[query.tracks].tolist()
    for artist, time in zip(artists, query.times, strict=True):
        heard = by_artist.pop(artist, None) or Heard([])  # to the end: it is the latest now
        left = fatigue[min(len(heard.fractions), len(fatigue) - 1)]
        heard.fractions.append(min(1.0, time / left) if left > 0 else time)
        by_artist[artist] = heard
    return ArtistEvidence(by_artist)
