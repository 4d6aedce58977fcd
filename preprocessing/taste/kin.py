"""The artists that come first to mind after an artist."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from preprocessing.best import best_places
from preprocessing.clusters import Labels, split
from preprocessing.runs import starts_of
from preprocessing.taste.vectors import Vectors

# Kin are sought in the clusters that should please most: decision 0066 says how many of the best are found.
LARGEST = 512  # artists of a cluster; it holds half as many on average, or fewer
SEARCHED = 12  # clusters
EXACT = 2**14  # artists that are all compared: clusters would save nothing worth a miss
_AT_ONCE = 2**23  # expectations

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


def nearest_artists(vectors: Vectors, slope: float, effects: Floats, k: int) -> NDArray[np.int32]:
    """Return the k artists with the highest expectation after each artist, best first, (n_artists, k), -1 pads.

    Only artists that are in some tie are proposed, and none after itself. Up to 16,384 artists all are compared; beyond
    that the members of some clusters: those whose members are expected to please most on average.

    Args:
        vectors: Of artists; zero for who is in no tie.
        slope: Of the inner product in the logit.
        effects: Of artists in it.
        k: Artists kept, 1 or more.

    Source: Jégou, Douze and Schmid (2011), an inverted file over k-means.
    """
    answer = np.full((len(vectors), k), -1, np.int32)
    known = np.flatnonzero(np.any(vectors, axis=1)).astype(np.int32)
    if len(known) < 2:
        return answer
    labels = np.zeros(len(known), np.int32)
    if len(known) > EXACT:
        labels = split(vectors[known] / np.linalg.norm(vectors[known], axis=1, keepdims=True), labels, LARGEST)
    order = np.argsort(labels, kind="stable")
    known = known[order]
    # One more column: the product of an artist who is asked and one who answers is the expectation.
    asked = np.column_stack([vectors[known], np.ones(len(known), np.float32)])
    answering = np.column_stack([np.float32(slope) * vectors[known], effects[known]])
    clusters = _Clusters.of(answering, labels[order])
    step = max(_AT_ONCE // (clusters.searched * clusters.width), 1)
    for start in range(0, len(known), step):
        expected, first = clusters.expected(asked[start : start + step])
        best = best_places(expected, min(k + 1, expected.shape[1]))  # one more: each may be among its own
        nothing = np.isneginf(np.take_along_axis(expected, best, axis=1))
        place = np.take_along_axis(first, best // clusters.width, axis=1) + best % clusters.width
        found = np.where(nothing, np.int32(-1), known[np.where(nothing, 0, place)])
        own = known[start : start + step]
        last = np.argsort(found == own[:, None], axis=1, kind="stable")[:, :k]
        kept = np.take_along_axis(found, last, axis=1)
        answer[own, : kept.shape[1]] = np.where(kept == own[:, None], -1, kept)
    return answer


@dataclass(frozen=True, slots=True)
class _Clusters:
    """Clusters of artists who answer, each a matrix to multiply with."""

    members: list[Floats]  # (dimension, size of the cluster) each
    mean: Floats  # (n_clusters, dimension)
    starts: Rows  # (n_clusters,), row of the first member
    width: int  # the largest size

    @classmethod
    def of(cls, answering: Floats, labels: Labels) -> _Clusters:
        """Return the clusters of rows that are sorted by their labels."""
        starts = starts_of(labels)
        sizes = np.diff(starts, append=len(labels))
        mean = (np.add.reduceat(answering, starts) / sizes[:, None]).astype(np.float32)
        members = [np.ascontiguousarray(part.T) for part in np.split(answering, starts[1:])]
        return cls(members, mean, starts, int(sizes.max()))

    @property
    def searched(self) -> int:
        """Clusters that are searched for each artist."""
        return min(SEARCHED, len(self.members))

    def expected(self, asked: Floats) -> tuple[Floats, Rows]:
        """Return what is expected of the members of the best clusters after each row, and who is the first of each.

        Args:
            asked: Shape (n, dimension).

        Returns:
            Expectations, a cluster after the other, ``width`` places each, -inf where it has fewer members, (n,
            searched * width); the rows of the clusters' first members, (n, searched).
        """
        n, searched = len(asked), self.searched
        best = best_places(asked @ self.mean.T, searched)
        cells = np.argsort(best.reshape(-1), kind="stable")
        ends = np.cumsum(np.bincount(best.reshape(-1), minlength=len(self.members)))
        expected = np.full((n * searched, self.width), -np.inf, np.float32)
        for members, of_cluster in zip(self.members, np.split(cells, ends[:-1]), strict=True):
            expected[of_cluster, : members.shape[1]] = asked[of_cluster // searched] @ members
        return expected.reshape(n, -1), self.starts[best]
