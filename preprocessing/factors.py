"""Users as vectors, learned from the artists that they heard: users who hear the same stand near each other."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.linalg import qr
from scipy.sparse import csr_array

from preprocessing.entries import entries_of
from preprocessing.hearings import Hearings
from preprocessing.schemas import TIME_UNITS

Floats = NDArray[np.float32]

_SEED = 0  # of the first guess; the iterations make the result all but independent of it
_ITERATIONS = 4
_SPARE = 4  # directions that are iterated beside the wanted ones, for the accuracy of the last of these
_ENTRY_PRIOR = 1.0  # first hearings
_NORM_PRIOR = 3.0  # summed squared entries
_LEAST = 1e-3  # of the first direction's length: a shorter one is rounding


def user_factors(hearings: Hearings, track_artist: pl.Series, n_artists: int, dimension: int) -> Floats:
    """Return users as vectors of length 1, shape (n_users, dimension); zeros for those of whom nothing is known.

    An entry of the matrix of users by artists is how much more of an artist's tracks the user heard than people
    do, shrunk by one hearing: sum of (fraction - appeal of the track) / (hearings + 1). Users and artists with
    many entries are scaled down by the root of their summed squares, so that neither governs. The vectors are the
    left ones of the truncated singular value decomposition, by subspace iteration.

    Args:
        hearings: Of all users.
        track_artist: Artist row of each track.
        n_artists: Number of artists.
        dimension: Length of a vector.

    Source: Halko, Martinsson and Tropp (2011), randomised subspace iteration; Sarwar et al. (2000), singular
    value decomposition for recommendations.
    """
    vectors = np.zeros((hearings.n_users, dimension), dtype=np.float32)
    width = min(dimension + _SPARE, hearings.n_users, n_artists)
    matrix = _scaled(hearings, track_artist.to_numpy(), n_artists)
    if not matrix.nnz:
        return vectors
    guess = np.random.default_rng(_SEED).standard_normal((n_artists, width), dtype=np.float32)
    for _ in range(_ITERATIONS):
        guess = np.ascontiguousarray(qr(matrix.T @ (matrix @ guess), mode="economic", check_finite=False)[0])
    # The left vectors by the right ones, which are few: so those of whom nothing is known stay at zero.
    found = matrix @ guess
    squares, turn = np.linalg.eigh(found.T.astype(np.float64) @ found)
    lengths = np.sqrt(np.maximum(squares[::-1], 0))[:dimension]
    kept = int(np.count_nonzero(lengths > _LEAST * lengths[0]))
    vectors[:, :kept] = found @ (turn[:, ::-1][:, :kept] / lengths[:kept]).astype(np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = np.divide(vectors, norms, out=vectors, where=norms > 0)
    return unit


def _scaled(hearings: Hearings, track_artist: NDArray[np.int32], n_artists: int) -> csr_array:
    """Return the matrix of users by artists, made of some users at a time: a large log has many entries."""
    counts: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]
    artists: list[NDArray[np.int32]] = [np.zeros(0, np.int32)]
    entries: list[Floats] = [np.zeros(0, np.float32)]
    squares = np.zeros(n_artists)
    for users, rows in hearings.portions():
        heard = entries_of(hearings.user(users), track_artist[hearings.track[rows]], hearings.amount(rows))
        heard = heard.of(heard.total != heard.rows * TIME_UNITS)
        entry = (heard.total / TIME_UNITS - heard.rows) / (heard.rows + _ENTRY_PRIOR)
        user, n_users = heard.owner - users.start, users.stop - users.start
        squares += np.bincount(heard.item, entry**2, n_artists)
        entry /= np.sqrt(np.bincount(user, entry**2, n_users) + _NORM_PRIOR)[user]
        counts.append(np.bincount(user, minlength=n_users))
        artists.append(heard.item)
        entries.append(entry.astype(np.float32))
    columns, values = np.concatenate(artists), np.concatenate(entries)
    del artists, entries
    values *= (1 / np.sqrt(squares + _NORM_PRIOR)).astype(np.float32)[columns]
    starts = np.cumsum(np.concatenate(counts)).astype(columns.dtype)  # or SciPy would make all of them larger
    return csr_array((values, columns, starts), shape=(hearings.n_users, n_artists))
