"""Clusters of vectors of length 1: some large ones, and the small ones that these fall into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.int32]
Rows = NDArray[np.int64]

_SEED = 0  # of the first centres
_ROUNDS = 20
_SAMPLE = 2**15  # vectors that a few large clusters are found among; the others join the nearest one
_BRANCHES = 16  # a cluster falls into so many at most at a time: it bounds the time for many points
_AT_ONCE = 2**20  # numbers of the points of clusters that are split together


def cluster(vectors: Floats, n_clusters: int) -> Labels:
    """Return each vector's cluster by k-means; -1 for a vector of zeros.

    The centres are those of 32,768 vectors at most, chosen by chance.

    Source: Lloyd (1982), with cosines as Dhillon and Modha's (2001) spherical k-means has them.
    """
    known = np.flatnonzero(vectors.any(axis=1))
    labels = np.full(len(vectors), -1, dtype=np.int32)
    if not len(known):
        return labels
    some = known
    if len(known) > _SAMPLE:
        some = np.sort(np.random.default_rng(_SEED).choice(known, _SAMPLE, replace=False))
    nearest = _k_means(vectors[some][None], np.array([len(some)]), np.array([n_clusters]))[0]
    labels[some] = nearest
    if len(some) < len(known):
        centres = centres_of(vectors[some], nearest, int(nearest.max()) + 1).astype(vectors.dtype)
        for start in range(0, len(known), _SAMPLE):
            rows = known[start : start + _SAMPLE]
            labels[rows] = np.argmax(vectors[rows] @ centres.T, axis=1)
    return labels


def split(vectors: Floats, labels: Labels, largest: int) -> Labels:
    """Return finer clusters, each within one of those given, as long as they have more members than ``largest``.

    Members that are all alike stay together.

    Source: Nister and Stewenius (2006), hierarchical k-means.
    """
    finer = np.full(len(labels), -1, dtype=np.int32)
    waiting = labels.astype(np.int64)
    n = 0
    while len(members := np.flatnonzero(waiting >= 0)):
        members = members[np.argsort(waiting[members], kind="stable")]
        _, number, sizes = np.unique(waiting[members], return_inverse=True, return_counts=True)
        branch = _branches(vectors, members, sizes, largest)
        starts = np.cumsum(sizes) - sizes
        whole = np.minimum.reduceat(branch, starts) == np.maximum.reduceat(branch, starts)
        done = whole[number]
        finer[members[done]] = n + (np.cumsum(whole) - 1)[number[done]]
        n += int(np.count_nonzero(whole))
        waiting[members] = np.where(done, -1, number * _BRANCHES + branch)
    return finer


def centres_of(points: Floats, labels: NDArray[Any], n_clusters: int) -> Floats:
    """Return each cluster's direction, a vector of length 1; zeros where it has no member or its members cancel out."""
    sums = np.stack([np.bincount(labels, column, n_clusters) for column in points.T], axis=1)
    centres: Floats = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), np.finfo(float).tiny)
    return centres


def _branches(vectors: Floats, members: Rows, sizes: Rows, largest: int) -> Rows:
    """Return the branch of its cluster that each member falls into, 0 in a cluster that is small enough.

    Args:
        vectors: Of all.
        members: Cluster by cluster.
        sizes: Of the clusters.
        largest: Members of a cluster that is small enough.
    """
    branch = np.zeros(len(members), dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    for chosen, width in _alike_in_size(sizes, largest, vectors.shape[1]):
        held = np.arange(width) < sizes[chosen][:, None]
        places = starts[chosen][:, None] + np.arange(width)
        points = np.zeros((*held.shape, vectors.shape[1]), dtype=vectors.dtype)
        points[held] = vectors[members[places[held]]]
        wanted = np.minimum(_BRANCHES, -(-sizes[chosen] // largest))
        branch[places[held]] = _k_means(points, sizes[chosen], wanted)[held]
    return branch


def _alike_in_size(sizes: Rows, largest: int, dimension: int) -> Iterator[tuple[Rows, int]]:
    """Yield some clusters that are to be split, and a size that they have at most, half of it at least."""
    bits = np.ceil(np.log2(sizes)).astype(np.int64)
    for width_bits in np.unique(bits[sizes > largest]).tolist():
        chosen = np.flatnonzero((bits == width_bits) & (sizes > largest))
        step = max(_AT_ONCE // (dimension << width_bits), 1)
        for start in range(0, len(chosen), step):
            some = chosen[start : start + step]
            yield some, int(sizes[some].max())


def _k_means(points: Floats, sizes: Rows, n_clusters: Rows) -> Rows:
    """Return the nearest centre of each point of some sets, each by itself.

    Small sets are many, and a step of one alone would cost little but the call.

    Args:
        points: Shape (n_sets, largest size, dimension); zeros beyond a set's size.
        sizes: Points of each set, shape (n_sets,).
        n_clusters: Wanted of each set, shape (n_sets,).
    """
    centre = np.arange(min(int(n_clusters.max()), points.shape[1]))
    first = {size: np.random.default_rng(_SEED).permutation(size) for size in set(sizes.tolist())}
    chosen = np.stack([np.resize(first[size], len(centre)) for size in sizes.tolist()])
    centres = np.take_along_axis(points, chosen[:, :, None], axis=1)
    beyond = np.where(centre < np.minimum(n_clusters, sizes)[:, None], 0, -np.inf)[:, None].astype(points.dtype)
    nearest, moving = np.full(points.shape[:2], -1), np.arange(len(points))
    for _ in range(_ROUNDS):
        found = np.argmax(points[moving] @ centres[moving].transpose(0, 2, 1) + beyond[moving], axis=2)
        moved = (found != nearest[moving]).any(axis=1)
        nearest[moving] = found
        moving, found = moving[moved], found[moved]
        if not len(moving):
            break
        sums = (found[:, None] == centre[:, None]).astype(points.dtype) @ points[moving]
        lengths = np.linalg.norm(sums, axis=2, keepdims=True)
        centres[moving] = np.divide(sums, lengths, out=centres[moving], where=lengths > 0)
    return nearest
