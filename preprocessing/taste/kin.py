"""The artists that come first to mind after an artist."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from preprocessing.taste.vectors import Vectors

_BLOCK = 512  # artists compared with all others at a time


def nearest_artists(vectors: Vectors, slope: float, effects: NDArray[np.float32], k: int) -> NDArray[np.int32]:
    """Return the k artists with the highest expectation after each artist, best first, (n_artists, k), -1 pads.

    Only artists that are in some tie are proposed, and none after itself.

    Args:
        vectors: Of artists; zero for who is in no tie.
        slope: Of the inner product in the logit.
        effects: Of artists in it.
        k: Artists kept, 1 or more.
    """
    n = len(vectors)
    answer = np.full((n, k), -1, np.int32)
    known = np.flatnonzero(np.any(vectors, axis=1))
    kept = min(k, len(known) - 1)
    if kept < 1:
        return answer
    pool, bonus = np.ascontiguousarray(vectors[known].T), effects[known]
    for start in range(0, len(known), _BLOCK):
        rows = known[start : start + _BLOCK]
        scores = slope * (vectors[rows] @ pool) + bonus
        scores[np.arange(len(rows)), np.arange(start, start + len(rows))] = -np.inf
        best = np.argpartition(-scores, kept - 1, axis=1)[:, :kept]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        answer[rows, :kept] = known[np.take_along_axis(best, order, axis=1)]
    return answer
