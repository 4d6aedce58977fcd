"""Artists as vectors, so that those who go together are near."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, dia_array
from scipy.sparse.linalg import eigsh

TIE_PRIOR = 10.0  # ties that an artist's degree is shrunk by: few ties say little
LENGTH_PRIOR = 0.3  # of the median length: artists of whom little is known stay short

Vectors = NDArray[np.float32]


def artist_vectors(ties: csr_array, dimension: int) -> Vectors:
    """Return artists as vectors of length below 1; those who are in no tie are zero.

    The leading eigenvectors of the degree-normalised graph, each times the square root of its eigenvalue: the inner
    product of two is the best approximation of their tie. Then each vector is divided by its length plus a prior.

    Args:
        ties: Symmetric, shape (n_artists, n_artists).
        dimension: Columns at most; a small graph has fewer.

    Returns:
        Shape (n_artists, at least 1 and at most dimension).

    Source: Ng, Jordan and Weiss (2002), spectral clustering; the degree prior: Chaudhuri, Chung and Tsiatas (2012).
    """
    n = ties.shape[0]
    degrees = np.asarray(abs(ties).sum(axis=1)).ravel()
    tied = np.flatnonzero(degrees > 0)
    kept = min(dimension, len(tied) - 1)
    if kept < 1:
        return np.zeros((n, 1), np.float32)
    scale = 1 / np.sqrt(degrees[tied] + TIE_PRIOR)
    weights = dia_array((scale[None, :], [0]), shape=(len(tied), len(tied)))
    graph = csr_array(weights @ ties[tied][:, tied] @ weights)
    start = np.random.default_rng(0).standard_normal(len(tied))
    values, columns = eigsh(graph, k=kept, which="LA", v0=start, tol=1e-3)
    order = np.argsort(-values)
    spread = columns[:, order] * np.sqrt(np.maximum(values[order], 0))
    lengths = np.linalg.norm(spread, axis=1, keepdims=True)
    prior = LENGTH_PRIOR * max(float(np.median(lengths)), 1e-9)
    vectors = np.zeros((n, kept), np.float32)
    vectors[tied] = spread / (lengths + prior)
    return vectors


def inner_products(vectors: Vectors, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the inner product of each pair of rows, in blocks that stay small."""
    answer = np.empty(len(one))
    for start in range(0, len(one), 100_000):
        part = slice(start, start + 100_000)
        answer[part] = np.einsum("ij,ij->i", vectors[one[part]], vectors[other[part]])
    return answer
