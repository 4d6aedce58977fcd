"""The artists that come first to mind after an artist."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from preprocessing.best import best_places
from preprocessing.clusters import Labels, centres_of, split
from preprocessing.taste.vectors import Vectors

# Artists are sought in the clusters nearest to their own: decision 0066 says how many of the best are found.
LARGEST = 512  # artists of a cluster; it holds half as many on average, or fewer
SEARCHED = 32  # clusters
EXACT = 2**14  # artists that are all compared: clusters would save nothing worth a miss
_BLOCK = 512  # artists compared with others at a time


def nearest_artists(vectors: Vectors, slope: float, effects: NDArray[np.float32], k: int) -> NDArray[np.int32]:
    """Return the k artists with the highest expectation after each artist, best first, (n_artists, k), -1 pads.

    Only artists that are in some tie are proposed, and none after itself. Up to 16,384 artists all are compared; beyond
    that the members of the nearest clusters.

    Args:
        vectors: Of artists; zero for who is in no tie.
        slope: Of the inner product in the logit.
        effects: Of artists in it.
        k: Artists kept, 1 or more.

    Source: Jégou, Douze and Schmid (2011), an inverted file over k-means.
    """
    answer = np.full((len(vectors), k), -1, np.int32)
    known = np.flatnonzero(np.any(vectors, axis=1)).astype(np.int32)
    if len(known) <= EXACT:
        searched = [(known, known)]
    else:
        labels, near = _clusters(vectors[known])
        members = np.split(known[np.argsort(labels, kind="stable")], np.cumsum(np.bincount(labels))[:-1])
        searched = [
            (own, np.concatenate([members[at] for at in those])) for own, those in zip(members, near, strict=True)
        ]
    # One more column: the product of these rows with those of the pool is the expectation.
    asking = np.column_stack([vectors, np.ones(len(vectors), np.float32)])
    asked = np.column_stack([np.float32(slope) * vectors, effects])
    for own, others in searched:
        pool = np.ascontiguousarray(asked[others].T)
        kept = min(k, len(others) - 1)
        for start in range(0, len(own) if kept > 0 else 0, _BLOCK):
            rows = own[start : start + _BLOCK]
            scores = asking[rows] @ pool
            # The own cluster comes first among those searched.
            scores[np.arange(len(rows)), np.arange(start, start + len(rows))] = -np.inf
            answer[rows, :kept] = others[best_places(scores, kept)]
    return answer


def _clusters(vectors: Vectors) -> tuple[Labels, NDArray[np.int64]]:
    """Return each row's cluster by direction, and the clusters nearest to each, its own first, (n_clusters, 32)."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = split(unit, np.zeros(len(unit), np.int32), LARGEST)
    centres = centres_of(unit, labels, int(labels.max()) + 1)
    likeness = centres @ centres.T
    np.fill_diagonal(likeness, np.inf)
    return labels, np.argsort(-likeness, axis=1, kind="stable")[:, :SEARCHED]
