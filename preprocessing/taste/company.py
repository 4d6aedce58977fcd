"""Which artists go together: a signed graph of what people chose, and of what they liked after it."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_array

from preprocessing.taste.playbacks import Floats, Openings, Playbacks, Rows

MAX_LAG = 12  # openings of one user further apart are no pair: it bounds the work for those who come every day
USER_PRIOR = 3.0  # playbacks that a user's mean fraction is shrunk by
ARTIST_PRIOR = 5.0  # playbacks that an artist's mean surplus is shrunk by
SURPLUS_WEIGHT = 5.0  # of a fraction that is higher by 1 than expected, in pairs of openings


def company(openings: Openings, playbacks: Playbacks, n_artists: int) -> csr_array:
    """Return a symmetric matrix of how much artists go together, shape (n_artists, n_artists).

    Two sessions of one user that began with two artists tie them by 1: people come back for the same. A playback ties
    its artist to the session's first one by how much more of it was heard than this user hears of any and people hear
    of this artist, which may be negative.
    """
    pairs = [_openings_of_one_user(openings), _surpluses(playbacks)]
    one, other, weight = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    apart = one != other
    one, other, weight = one[apart], other[apart], weight[apart]
    both = (np.concatenate([weight, weight]), (np.concatenate([one, other]), np.concatenate([other, one])))
    return csr_array(coo_array(both, shape=(n_artists, n_artists)))


def _openings_of_one_user(openings: Openings) -> tuple[Rows, Rows, Floats]:
    ones, others = [], []
    for lag in range(1, min(MAX_LAG, len(openings.user) - 1) + 1):
        same = openings.user[lag:] == openings.user[:-lag]
        if not same.any():
            break
        ones.append(openings.artist[:-lag][same])
        others.append(openings.artist[lag:][same])
    if not ones:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    one = np.concatenate(ones)
    return one, np.concatenate(others), np.ones(len(one))


def _surpluses(playbacks: Playbacks) -> tuple[Rows, Rows, Floats]:
    other = playbacks.of(playbacks.artist != playbacks.first_artist)
    if not len(other):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    surplus = other.fraction - _means(other.user, other.fraction, USER_PRIOR, float(other.fraction.mean()))
    surplus -= _means(other.artist, surplus, ARTIST_PRIOR, 0.0)
    return other.first_artist, other.artist, SURPLUS_WEIGHT * surplus


def _means(of: Rows, values: Floats, prior: float, toward: float) -> Floats:
    """Return for each row the mean of all rows with its label, shrunk."""
    totals = np.bincount(of, weights=values) + prior * toward
    counts = np.bincount(of) + prior
    means: Floats = (totals / counts)[of]
    return means
