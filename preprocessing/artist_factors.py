"""Artists as vectors: who heard whom, factorised so that a session can be folded in."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from preprocessing.entries import Entries, entries_of
from preprocessing.portions import portions
from preprocessing.schemas import TIME_UNITS

Floats = NDArray[np.float32]

CONFIDENCE = 20.0  # of a track heard to its end, beside the 1 that any user and artist have
PENALTY = 1.0  # on each squared entry of a vector
HEARD_FROM = 0.2  # a fraction; what was heard no longer than this does not count
_ROUNDS = 5
_SEED = 0  # of the first guess
_ENTRIES_AT_ONCE = 2**16


def artist_factors(
    events: pl.DataFrame, track_artist: pl.Series, n_artists: int, dimension: int, most_users: int
) -> Floats:
    """Return artists as vectors, shape (n_artists, dimension); zeros for whom nobody heard.

    The product of a user's and an artist's vector stands for 1 where the user heard the artist, with the confidence
    1 + 20 * tracks heard, and for 0 elsewhere, with the confidence 1: by weighted least squares, one side
    after the other. The vectors are returned in the basis in which what a new user is not known to have heard, and the
    penalty, together weigh each direction by 1: so who folds one in needs nothing but the vectors of what was heard.

    Args:
        events: The log in sessions, sorted by user.
        track_artist: Artist row of each track.
        n_artists: Number of artists.
        dimension: Length of a vector.
        most_users: Users that are learned from, those who heard the most artists: artists' vectors settle long before
            a large log is read to its end.

    Source: Hu, Koren and Volinsky (2008), collaborative filtering for implicit feedback.
    """
    artist = track_artist.to_numpy()
    artists_of = np.zeros(int(events["user_idx"].max() or 0) + 1, dtype=np.int64)  # type: ignore[arg-type]
    for portion in portions(events, "user_idx"):
        users, counts = np.unique_counts(_heard(portion, artist).owner)
        artists_of[users] = counts
    chosen = np.zeros(len(artists_of), dtype=np.bool_)
    chosen[np.argsort(-artists_of, kind="stable")[:most_users]] = True
    chosen &= artists_of > 0
    heard = _heard(events.filter(pl.lit(pl.Series(chosen)).gather("user_idx")), artist)
    starts = np.concatenate([[0], np.cumsum(artists_of[chosen])]).astype(np.int32)
    tracks = heard.total.astype(np.float32) / np.float32(TIME_UNITS)
    matrix = csr_array((tracks, heard.item, starts), shape=(len(starts) - 1, n_artists))
    transposed = csr_array(matrix.T)
    vectors = np.random.default_rng(_SEED).normal(0, 0.1, (n_artists, dimension)).astype(np.float32)
    for _ in range(_ROUNDS):
        vectors = _solved(transposed, _solved(matrix, vectors))
    return vectors @ _whitening(vectors)


def _heard(events: pl.DataFrame, artist: NDArray[np.int32]) -> Entries:
    """Return how long each user heard of each artist, of what was heard for longer than ``HEARD_FROM``."""
    long = events.filter(pl.col("time") > HEARD_FROM * TIME_UNITS)
    return entries_of(long["user_idx"].to_numpy(), artist[long["track_idx"].to_numpy()], long["time"].to_numpy())


def _whitening(vectors: Floats) -> Floats:
    """Return by what vectors are multiplied to stand in a basis of their own.

    In it, what the other side's unheard entries and the penalty add to the squares of a solution is 1.
    """
    squares = (vectors.T @ vectors).astype(np.float64) + PENALTY * np.eye(vectors.shape[1])
    turn: Floats = np.linalg.inv(np.linalg.cholesky(squares)).T.astype(np.float32)
    return turn


def _solved(tracks: csr_array[np.float32], others: Floats) -> Floats:
    """Return the best vectors of the rows of a matrix, given those of its columns.

    In the basis of ``_whitening`` each of them is a ridge regression. Rows of one length are solved together.
    """
    turn = _whitening(others)
    white = others @ turn
    answer = np.zeros((tracks.shape[0], others.shape[1]), dtype=np.float32)
    lengths = np.diff(tracks.indptr)
    for length in np.unique(lengths[lengths > 0]).tolist():
        of_length = np.flatnonzero(lengths == length)
        step = max(_ENTRIES_AT_ONCE // length, 1)
        for rows in (of_length[start : start + step] for start in range(0, len(of_length), step)):
            entries = tracks.indptr[rows][:, None] + np.arange(length)
            confidence = CONFIDENCE * tracks.data[entries][:, :, None]
            root = np.sqrt(confidence)
            answer[rows] = _regressed(white[tracks.indices[entries]] * root, (1 + confidence) / root)
    return answer @ turn.T


def _regressed(heard: Floats, aim: Floats) -> Floats:
    """Return the ridge regressions of ``aim`` on ``heard``, shape (n, dimension).

    Where a row holds less than a vector's length, the dual problem is the smaller one, and has the same solution.

    Args:
        heard: Shape (n, length, dimension).
        aim: Shape (n, length, 1).
    """
    turned = heard.transpose(0, 2, 1)
    _, length, dimension = heard.shape
    if length < dimension:
        vectors = turned @ np.linalg.solve(heard @ turned + np.eye(length, dtype=np.float32), aim)
    else:
        vectors = np.linalg.solve(turned @ heard + np.eye(dimension, dtype=np.float32), turned @ aim)
    return vectors[:, :, 0]
