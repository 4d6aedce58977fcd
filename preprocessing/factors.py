"""Users as vectors, learned from the artists that they heard: users who hear the same stand near each other."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from preprocessing.portions import by_portion

Floats = NDArray[np.float32]

_SEED = 0  # of the first guess; the iterations make the result all but independent of it
_ITERATIONS = 4
_SPARE = 4  # directions that are iterated beside the wanted ones, for the accuracy of the last of these
_ENTRY_PRIOR = 1.0  # first hearings
_NORM_PRIOR = 3.0  # summed squared entries
_SAME = 1e-6  # liking below this is the rounding of equal numbers
_LEAST = 1e-3  # of the first direction's length: a shorter one is rounding


def user_factors(
    hearings: pl.DataFrame, track_artist: pl.Series, n_users: int, n_artists: int, dimension: int
) -> Floats:
    """Return users as vectors of length 1, shape (n_users, dimension); zeros for those of whom nothing is known.

    An entry of the matrix of users by artists is how much more of an artist's tracks the user heard than people
    do, shrunk by one hearing: sum of (fraction - appeal of the track) / (hearings + 1). Users and artists with
    many entries are scaled down by the root of their summed squares, so that neither governs. The vectors are the
    left ones of the truncated singular value decomposition, by subspace iteration.

    Args:
        hearings: See ``groups.first_hearings``, sorted by user.
        track_artist: Artist row of each track.
        n_users: Number of users.
        n_artists: Number of artists.
        dimension: Length of a vector.

    Source: Halko, Martinsson and Tropp (2011), randomised subspace iteration; Sarwar et al. (2000), singular
    value decomposition for recommendations.
    """

    def more_of_artists(heard: pl.LazyFrame) -> pl.LazyFrame:
        return (
            heard.group_by("user_idx", artist_idx=pl.lit(track_artist).gather("track_idx"))
            .agg(more=pl.col("more").sum() / (pl.len() + _ENTRY_PRIOR))
            .filter(pl.col("more").abs() > _SAME)
            .sort("user_idx", "artist_idx")
        )

    (liking,) = by_portion(hearings, "user_idx", more_of_artists)
    vectors = np.zeros((n_users, dimension), dtype=np.float32)
    width = min(dimension + _SPARE, n_users, n_artists)
    if liking.is_empty():
        return vectors
    users, artists, values = (liking[name].to_numpy() for name in ("user_idx", "artist_idx", "more"))
    # In place: a large log has many entries.
    scale = (np.bincount(users, values**2) + _NORM_PRIOR)[users]
    scale *= (np.bincount(artists, values**2) + _NORM_PRIOR)[artists]
    scaled = np.divide(values, np.sqrt(scale, out=scale), out=scale).astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(np.bincount(users, minlength=n_users))])
    matrix = csr_array((scaled, artists, starts), shape=(n_users, n_artists))
    del liking, users, values, scale
    transposed = csr_array(matrix.T)
    guess = np.random.default_rng(_SEED).standard_normal((n_artists, width), dtype=np.float32)
    for _ in range(_ITERATIONS):
        guess = np.linalg.qr(transposed @ (matrix @ guess))[0]
    # The left vectors by the right ones, which are few: so those of whom nothing is known stay at zero.
    found = matrix @ guess
    squares, turn = np.linalg.eigh(found.T.astype(np.float64) @ found)
    lengths = np.sqrt(np.maximum(squares[::-1], 0))[:dimension]
    kept = int(np.count_nonzero(lengths > _LEAST * lengths[0]))
    vectors[:, :kept] = found @ (turn[:, ::-1][:, :kept] / lengths[:kept]).astype(np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = np.divide(vectors, norms, out=vectors, where=norms > 0)
    return unit
