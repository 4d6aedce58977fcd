"""Users as vectors, learned from the artists that they heard: users who hear the same stand near each other."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from preprocessing.schemas import TIME_UNITS

Floats = NDArray[np.float64]

_SEED = 0  # of the first guess; the iterations make the result all but independent of it
_ITERATIONS = 4
_SPARE = 4  # directions that are iterated beside the wanted ones, for the accuracy of the last of these
_ENTRY_PRIOR = 1.0  # first hearings
_NORM_PRIOR = 3.0  # summed squared entries
_SAME = 1e-6  # liking below this is the rounding of equal numbers


def user_factors(
    events: pl.LazyFrame, appeal: pl.Series, track_artist: pl.Series, n_users: int, n_artists: int, dimension: int
) -> Floats:
    """Return users as vectors of length 1, shape (n_users, dimension); zeros for those of whom nothing is known.

    An entry of the matrix of users by artists is how much more of an artist's tracks the user heard than people
    do, shrunk by one hearing: sum of (fraction - appeal of the track) / (hearings + 1). Users and artists with
    many entries are scaled down by the root of their summed squares, so that neither governs. The vectors are the
    left ones of the truncated singular value decomposition, by subspace iteration.

    Args:
        events: The log in sessions; first hearings count.
        appeal: The mean fraction heard of each track.
        track_artist: Artist row of each track.
        n_users: Number of users.
        n_artists: Number of artists.
        dimension: Length of a vector.

    Source: Halko, Martinsson and Tropp (2011), randomised subspace iteration; Sarwar et al. (2000), singular
    value decomposition for recommendations.
    """
    liking = (
        events.filter("first_hearing")
        .select(
            "user_idx",
            artist_idx=pl.lit(track_artist).gather("track_idx"),
            more=pl.col("time") / TIME_UNITS - pl.lit(appeal).gather("track_idx"),
        )
        .group_by("user_idx", "artist_idx")
        .agg(more=pl.col("more").sum() / (pl.len() + _ENTRY_PRIOR))
        .filter(pl.col("more").abs() > _SAME)
        .sort("user_idx", "artist_idx")
        .collect()
    )
    vectors = np.zeros((n_users, dimension))
    width = min(dimension + _SPARE, n_users, n_artists)
    if liking.is_empty():
        return vectors
    users, artists, values = (liking[name].to_numpy() for name in ("user_idx", "artist_idx", "more"))
    scaled = values / np.sqrt(
        (np.bincount(users, values**2) + _NORM_PRIOR)[users] * (np.bincount(artists, values**2) + _NORM_PRIOR)[artists]
    )
    matrix = csr_array((scaled, (users, artists)), shape=(n_users, n_artists))
    transposed = csr_array(matrix.T)
    guess = np.random.default_rng(_SEED).standard_normal((n_artists, width))
    for _ in range(_ITERATIONS):
        guess = np.linalg.qr(transposed @ (matrix @ guess))[0]
    left, _, _ = np.linalg.svd(matrix @ guess, full_matrices=False)
    kept = min(dimension, width)
    vectors[:, :kept] = left[:, :kept]
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > _SAME)
    return unit
