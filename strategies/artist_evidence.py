"""What a session has shown of artists: who was heard, how often, and to which fraction."""

from __future__ import annotations

from dataclasses import dataclass

from preprocessing.artifacts import TasteNumbers
from strategies.base import Query


@dataclass(frozen=True, slots=True)
class ArtistEvidence:
    """The artists of a session, in the order in which they were last heard.

    Each with the fractions of their tracks as they would have been without fatigue, 0 to 1, oldest first.
    """

    by_artist: dict[int, list[float]]

    def times_heard(self, artist: int) -> int:
        """Return the number of the artist's tracks that were heard."""
        return len(self.by_artist.get(artist, ()))

    def heard_well(self, fraction: float) -> list[int]:
        """Return the artists of whom some track was heard to at least a fraction."""
        return [artist for artist, fractions in self.by_artist.items() if max(fractions) >= fraction]

    def latest(self, count: int) -> dict[int, list[float]]:
        """Return the artists that were heard last."""
        return dict(list(self.by_artist.items())[-count:])


def gather_evidence(query: Query, numbers: TasteNumbers) -> ArtistEvidence:
    """Return what the session has shown, fatigue divided out."""
    by_artist: dict[int, list[float]] = {}
    artists = query.artifacts.track_artist[query.tracks].tolist()
    for artist, time in zip(artists, query.times, strict=True):
        fractions = by_artist.pop(artist, [])  # to the end: it is the latest now
        left = numbers.left(len(fractions))
        fractions.append(min(1.0, time / left) if left > 0 else time)
        by_artist[artist] = fractions
    return ArtistEvidence(by_artist)
