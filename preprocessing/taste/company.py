"""Which artists go together: a signed graph of what people chose, and of what they liked after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from preprocessing.taste.playbacks import Floats, Numbers, Openings, Playbacks, Rows

MAX_LAG = 12  # openings of one user further apart are no pair: it bounds the work for those who come every day
USER_PRIOR = 3.0  # playbacks that a user's mean fraction is shrunk by
ARTIST_PRIOR = 5.0  # playbacks that an artist's mean surplus is shrunk by


@dataclass(frozen=True, slots=True)
class Ties:
    """Pairs of two artists, each with what it counts for, and the user it comes from."""

    user: Rows  # (n,)
    one: Rows  # (n,)
    other: Rows  # (n,)
    weight: Floats  # (n,); negative: they do not go together

    def __len__(self) -> int:
        return len(self.user)

    def of(self, chosen: NDArray[np.bool_] | NDArray[np.int64] | slice) -> Ties:
        """Return some of them."""
        return Ties(self.user[chosen], self.one[chosen], self.other[chosen], self.weight[chosen])

    def times(self, factor: Floats | float) -> Ties:
        """Return them with their weights multiplied."""
        return replace(self, weight=self.weight * factor)

    def between(self) -> Ties:
        """Return those between two artists."""
        return self.of(self.one != self.other)


def ties_of_openings(openings: Openings) -> Ties:
    """Return a tie of 1 for each two sessions of one user: people come back for the same."""
    parts = []
    for lag in range(1, min(MAX_LAG, len(openings.user) - 1) + 1):
        same = openings.user[lag:] == openings.user[:-lag]
        if not same.any():
            break
        parts.append((openings.user[lag:][same], openings.artist[:-lag][same], openings.artist[lag:][same]))
    if not parts:
        return _none()
    user, one, other = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return Ties(user, one, other, np.ones(len(user))).between()


def ties_of_playbacks(playbacks: Playbacks) -> Ties:
    """Return a tie of each playback's artist to the session's first one.

    It is how much more of the track was heard than this user hears of any, and people hear of this artist.
    """
    other = playbacks.of(playbacks.artist != playbacks.first_artist)
    if not len(other):
        return _none()
    surplus = other.fraction - _means(other.user, other.fraction, USER_PRIOR, float(other.fraction.mean()))
    surplus -= _means(other.artist, surplus, ARTIST_PRIOR, 0.0)
    return Ties(other.user, other.first_artist, other.artist, surplus)


def _none() -> Ties:
    nobody = np.zeros(0, np.int32)
    return Ties(nobody, nobody, nobody, np.zeros(0))


def _means(of: Rows, values: Floats | Numbers, prior: float, toward: float) -> Floats:
    """Return for each row the mean of all rows with its label, shrunk."""
    totals = np.bincount(of, weights=values) + prior * toward
    counts = np.bincount(of) + prior
    means: Floats = (totals / counts)[of]
    return means
