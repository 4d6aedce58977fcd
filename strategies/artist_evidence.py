"""What a session has shown of artists: who was heard, how often, and to which fraction."""

from __future__ import annotations

from dataclasses import dataclass

from preprocessing.artifacts import TasteNumbers
from strategies.base import Query


@dataclass(frozen=True, slots=True)
class ArtistEvidence:
    """The artists of a session, the one heard last first.

    Each with the fractions of their tracks as they would have been without fatigue, 0 to 1, oldest first.
    """

    by_artist: dict[int, list[float]]

    def heard_well(self, fraction: float) -> list[int]:
        """Return the artists of whom some track was heard to at least a fraction."""
        return [artist for artist, fractions in self.by_artist.items() if max(fractions) >= fraction]


def gather_evidence(query: Query, numbers: TasteNumbers) -> ArtistEvidence:
    """Return what the session has shown, fatigue divided out."""
    by_artist: dict[int, list[float]] = {}
    left = numbers.fatigue
    last = len(left) - 1
    artists = query.artifacts.track_artist.take(query.tracks).tolist()
    for artist, time in zip(artists, query.times, strict=True):
        fractions = by_artist.pop(artist, [])  # to the end: it is the latest now
        fresh = left[min(len(fractions), last)]
        fractions.append(time if fresh <= 0 else 1.0 if time > fresh else time / fresh)
        by_artist[artist] = fractions
    return ArtistEvidence(dict(reversed(by_artist.items())))
