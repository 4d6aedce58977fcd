"""Artists as vectors: who heard whom, factorised so that a session can be folded in."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from preprocessing.schemas import TIME_UNITS

Floats = NDArray[np.float32]

CONFIDENCE = 20.0  # of a track heard to its end, beside the 1 that any user and artist have
PENALTY = 1.0  # on each squared entry of a vector
HEARD_FROM = 0.2  # a fraction; what was heard no longer than this does not count
_ROUNDS = 5
_SEED = 0  # of the first guess
_ROWS_AT_ONCE = 2048


def artist_factors(
    events: pl.LazyFrame, track_artist: pl.Series, n_artists: int, dimension: int, most_users: int
) -> Floats:
    """Return artists as vectors, shape (n_artists, dimension); zeros for whom nobody heard.

    The product of a user's and an artist's vector stands for 1 where the user heard the artist, with the confidence
    1 + 20 * tracks heard, and for 0 elsewhere, with the confidence 1: by weighted least squares, one side
    after the other. The vectors are returned in the basis in which what a new user is not known to have heard, and the
    penalty, together weigh each direction by 1: so who folds one in needs nothing but the vectors of what was heard.

    Args:
        events: The log in sessions.
        track_artist: Artist row of each track.
        n_artists: Number of artists.
        dimension: Length of a vector.
        most_users: Users that are learned from, those who heard the most artists: artists' vectors settle long before
            a large log is read to its end.

    Source: Hu, Koren and Volinsky (2008), collaborative filtering for implicit feedback.
    """
    heard = (
        events.filter(pl.col("time") > HEARD_FROM * TIME_UNITS)
        .group_by("user_idx", artist_idx=pl.lit(track_artist).gather("track_idx"))
        .agg(tracks=pl.col("time").sum() / TIME_UNITS)
    )
    users = heard.group_by("user_idx").len().sort("len", "user_idx", descending=[True, False]).head(most_users)
    chosen = users.select("user_idx").collect()
    entries = (
        heard.join(chosen.lazy().with_row_index("row"), on="user_idx")
        .select("row", "artist_idx", "tracks")
        .sort("row", "artist_idx")
        .collect()
    )
    rows, artists, tracks = (entries[name].to_numpy() for name in entries.columns)
    n_rows = len(chosen)
    matrix = csr_array((tracks.astype(np.float32), (rows, artists)), shape=(n_rows, n_artists))
    transposed = csr_array(matrix.T)
    vectors = np.random.default_rng(_SEED).normal(0, 0.1, (n_artists, dimension)).astype(np.float32)
    for _ in range(_ROUNDS):
        vectors = _solved(transposed, _solved(matrix, vectors))
    basis = np.linalg.cholesky(_everywhere(vectors).astype(np.float64))
    whitened: Floats = np.linalg.solve(basis, vectors.T).T.astype(np.float32)
    return whitened


def _everywhere(vectors: Floats) -> Floats:
    """Return what the other side's unheard entries and the penalty add to the squares of a solution."""
    squares: Floats = vectors.T @ vectors + PENALTY * np.eye(vectors.shape[1], dtype=np.float32)
    return squares


def _solved(tracks: csr_array, others: Floats) -> Floats:
    """Return the best vectors of the rows of a matrix, given those of its columns."""
    n, dimension = tracks.shape[0], others.shape[1]
    everywhere = _everywhere(others)
    answer = np.empty((n, dimension), dtype=np.float32)
    for start in range(0, n, _ROWS_AT_ONCE):
        part = slice(start, min(start + _ROWS_AT_ONCE, n))
        left = np.repeat(everywhere[None], part.stop - start, axis=0)
        right = np.empty((part.stop - start, dimension), dtype=np.float32)
        for place, row in enumerate(range(start, part.stop)):
            entries = slice(tracks.indptr[row], tracks.indptr[row + 1])
            heard, confidence = others[tracks.indices[entries]], CONFIDENCE * tracks.data[entries]
            left[place] += (heard.T * confidence) @ heard
            right[place] = (1 + confidence) @ heard
        answer[part] = np.linalg.solve(left, right[:, :, None])[:, :, 0]
    return answer
