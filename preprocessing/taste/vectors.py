"""Artists as vectors, so that those who go together are near."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from preprocessing.taste.graph import Block, Graph
from preprocessing.taste.playbacks import Floats, Rows

NOISE = 0.9  # of the eigenvalue after the last one kept, in each that is kept
LENGTH_PRIOR = 0.3  # of the median length: artists of whom little is known stay short
SPARE = 8  # directions beside the wanted ones, for the accuracy of the last of these
FIRST_SWEEPS = 4  # from a first guess
DEGREE = 6  # of the polynomial of a sweep
LEAST_VALUE = 1e-6  # of an eigenvalue, which divides

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Directions:
    """The leading eigenvectors of the degree-normalised graph, as good as some sweeps make them."""

    columns: Block  # (n_artists, width), orthonormal
    values: Floats  # (width,), descending


def directions(graph: Graph, dimension: int, near: Directions | None = None, sweeps: int = 2) -> Directions:
    """Return the leading eigenvectors of the degree-normalised graph, and some more.

    Args:
        graph: Of artists.
        dimension: Eigenvectors wanted at most.
        near: Those of a graph that is much the same.
        sweeps: From there; each multiplies the graph with a block of columns seven times.

    Source: Zhou, Saad, Tiago and Chelikowsky (2006), Chebyshev-filtered subspace iteration.
    """
    n = len(graph.degrees)
    if near is None:
        guess = np.random.default_rng(0).standard_normal((n, min(dimension + SPARE, n)), dtype=np.float32)
        near = _turned(graph.stretch(guess), graph)
        sweeps = FIRST_SWEEPS
    for _ in range(sweeps):
        near = _turned(_filtered(near, graph), graph)
    return near


def artist_vectors(graph: Graph, known: Directions, dimension: int) -> Vectors:
    """Return artists as vectors of length below 1; those who are in no tie are zero.

    The leading eigenvectors, each times the square root of its eigenvalue: the inner product of two is the best
    approximation of their tie. Of each eigenvalue most of the first that is left out is taken off, which chance alone
    would reach: how many directions count then follows the log. Then each vector is divided by its length plus a prior.

    Args:
        graph: Of artists.
        known: Its directions.
        dimension: Columns at most; a small graph has fewer.

    Returns:
        Shape (n_artists, at least 1 and at most dimension).

    Source: Ng, Jordan and Weiss (2002), spectral clustering; the degree prior: Chaudhuri, Chung and Tsiatas (2012);
        values less those of chance: Mazumder, Hastie and Tibshirani (2010), soft-thresholded singular values.
    """
    tied = graph.degrees > 0
    kept = max(min(dimension, int(np.count_nonzero(tied)) - 1), 1)
    by_chance = NOISE * max(float(known.values[kept : kept + 1].sum()), 0.0)
    spread = known.columns[:, :kept] * np.sqrt(np.maximum(known.values[:kept] - by_chance, 0)).astype(np.float32)
    lengths = np.linalg.norm(spread, axis=1, keepdims=True)
    prior = LENGTH_PRIOR * max(float(np.median(lengths[tied])) if tied.any() else 0.0, 1e-9)
    vectors: Vectors = np.where(tied[:, None], spread / (lengths + np.float32(prior)), np.float32(0))
    return vectors


def inner_products(vectors: Vectors, one: Rows, other: Rows) -> Floats:
    """Return the inner product of each pair of rows, in blocks that stay small."""
    answer = np.empty(len(one))
    for start in range(0, len(one), 20_000):
        part = slice(start, start + 20_000)
        answer[part] = np.einsum("ij,ij->i", vectors[one[part]], vectors[other[part]])
    return answer


def _filtered(near: Directions, graph: Graph) -> Block:
    """Return a block in which what lies between two bounds is damped, and what lies beyond grows with the distance."""
    cut = max(float(near.values[-1 - min(SPARE // 2, len(near.values) - 1)]), LEAST_VALUE)
    low = min(float(near.values[-1]), -cut)
    centre, half_width = np.float32((cut + low) / 2), np.float32((cut - low) / 2)

    def inside(block: Block) -> Block:
        shifted: Block = np.divide(graph.stretch(block) - centre * block, half_width)
        return shifted

    before, block = near.columns, inside(near.columns)
    for _ in range(DEGREE - 1):
        before, block = block, 2 * inside(block) - before
    return block


def _turned(block: Block, graph: Graph) -> Directions:
    """Return a basis of a block's columns that the graph stretches one by one, and by how much."""
    basis = np.linalg.qr(block)[0]
    values, turn = np.linalg.eigh(basis.T @ graph.stretch(basis))
    return Directions(basis @ turn[:, ::-1], values[::-1].astype(np.float64))
