"""The nearest tracks by inner product, exactly, for thousands of queries over tens of thousands of tracks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Progress = Callable[[int, int], None]
"""Called with how much is done, of how much."""

_QUERIES_AT_ONCE = 512  # 512 x 50,000 inner products are 100 MB
_GROUP = 100  # tracks that compete through their best one


def nearest_tracks(
    queries: NDArray[np.float32], tracks: NDArray[np.float32], k: int, progress: Progress | None = None
) -> NDArray[np.int32]:
    """Return the k rows of ``tracks`` with the greatest inner product with each query, best first.

    The k best lie in the k groups of tracks with the greatest maxima, so only those are searched. Twice as
    many as asked for are found in single precision and then ordered in double (equal ones by row), so that
    the answer does not depend on which queries share a matrix product.

    Args:
        queries: Shape (n, dim).
        tracks: Shape (n_tracks, dim), k <= n_tracks.
        k: How many.
        progress: Is told after each block of queries.

    Returns:
        Rows of ``tracks``, shape (n, k).
    """
    nearest = np.empty((len(queries), k), dtype=np.int32)
    for start in range(0, len(queries), _QUERIES_AT_ONCE):
        block = queries[start : start + _QUERIES_AT_ONCE]
        candidates = _candidates(block, tracks, min(2 * k, len(tracks)))
        exact = np.sum(tracks[candidates] * block[:, None, :].astype(np.float64), axis=2)
        best = np.lexsort((candidates, -exact), axis=1)[:, :k]
        nearest[start : start + len(block)] = np.take_along_axis(candidates, best, axis=1)
        if progress is not None:
            progress(start + len(block), len(queries))
    return nearest


def _candidates(queries: NDArray[np.float32], tracks: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    n_groups = -(-len(tracks) // _GROUP)
    scores = np.full((len(queries), n_groups * _GROUP), -np.inf, dtype=np.float32)
    np.matmul(queries, tracks.T, out=scores[:, : len(tracks)])
    groups = scores.reshape(len(queries), n_groups, _GROUP)
    best_groups = _largest(groups.max(axis=2), min(k, n_groups))
    members = np.take_along_axis(groups, best_groups[:, :, None], axis=1).reshape(len(queries), -1)
    rows = (best_groups[:, :, None] * _GROUP + np.arange(_GROUP)).reshape(len(queries), -1)
    return np.take_along_axis(rows, _largest(members, k), axis=1)


def _largest(values: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    n = values.shape[1]
    return np.argpartition(values, n - k, axis=1)[:, n - k :]
