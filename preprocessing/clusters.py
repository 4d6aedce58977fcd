"""Clusters of vectors of length 1: some large ones, and the small ones that these fall into."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int32]

_SEED = 0  # of the first centres
_ROUNDS = 20
_BRANCHES = 16  # a cluster falls into so many at most at a time: it bounds the time for many points


def cluster(vectors: Floats, n_clusters: int) -> Labels:
    """Return each vector's cluster by k-means; -1 for a vector of zeros.

    Source: Lloyd (1982), with cosines as Dhillon and Modha's (2001) spherical k-means has them.
    """
    known = np.flatnonzero(vectors.any(axis=1))
    labels = np.full(len(vectors), -1, dtype=np.int32)
    if len(known):
        labels[known] = _k_means(vectors[known], n_clusters)
    return labels


def split(vectors: Floats, labels: Labels, largest: int) -> Labels:
    """Return finer clusters, each within one of those given, as long as they have more members than ``largest``.

    Members that are all alike stay together.

    Source: Nister and Stewenius (2006), hierarchical k-means.
    """
    finer = np.full(len(labels), -1, dtype=np.int32)
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] >= 0]
    waiting = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1) if len(order) else []
    waiting.reverse()
    n = 0
    while waiting:
        members = waiting.pop()
        branches = min(_BRANCHES, -(-len(members) // largest)) if len(members) > largest else 1
        chosen = _k_means(vectors[members], branches) if branches > 1 else np.zeros(len(members), np.int64)
        if (chosen == chosen[0]).all():
            finer[members] = n
            n += 1
        else:
            waiting.extend(members[chosen == branch] for branch in reversed(np.unique(chosen)))
    return finer


def centres_of(points: Floats, labels: NDArray[Any], n_clusters: int) -> Floats:
    """Return each cluster's direction, a vector of length 1; zeros where it has no member or its members cancel out."""
    sums = np.stack([np.bincount(labels, column, n_clusters) for column in points.T], axis=1)
    centres: Floats = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), np.finfo(float).tiny)
    return centres


def _k_means(points: Floats, n_clusters: int) -> NDArray[np.int64]:
    chosen = np.random.default_rng(_SEED).permutation(len(points))[:n_clusters]
    centres, nearest = points[chosen], np.full(len(points), -1)
    for _ in range(_ROUNDS):
        before, nearest = nearest, np.argmax(points @ centres.T, axis=1)
        if (nearest == before).all():
            break
        moved = centres_of(points, nearest, len(centres))
        centres = np.where(moved.any(axis=1, keepdims=True), moved, centres)
    return nearest
