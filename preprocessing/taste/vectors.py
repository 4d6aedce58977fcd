"""Artists as vectors, so that those who go together are near."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr
from scipy.sparse import csr_array

from preprocessing.taste.graph import Block, Graph
from preprocessing.taste.playbacks import Floats, Numbers, Rows

NOISE = 0.9  # of the eigenvalue after the last one kept, in each that is kept
LENGTH_PRIOR = 0.3  # of the median length: artists of whom little is known stay short
# Directions are found among the artists of the most ties, and those of others follow from their ties to these:
# docs/decisions/0076-a-core-of-artists.md says how few would do.
CORE = 2**15
BLOCK, STEPS = 16, 20  # columns that the graph is multiplied with at a time, and how often
EXACT = 2 * BLOCK * STEPS  # artists whose graph is solved as a whole
ENOUGH = 0.01  # of a product's length, left beyond what was known: rounding is at most a hundred times as large there
LEAST_VALUE = 1e-6  # of an eigenvalue, which divides

_PAIRS_AT_ONCE = 2**12

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Directions:
    """The leading eigenvectors of the degree-normalised graph, as good as some steps make them."""

    columns: Block  # (n_artists, width); orthonormal over the core
    values: Floats  # (width or one more,), descending


def directions(graph: Graph, dimension: int) -> Directions:
    """Return the leading eigenvectors of the degree-normalised graph, and the value of one more if it has more.

    They are those of the graph within the core. An artist outside it stands where its ties to the core put it.

    Args:
        graph: Of artists, those of the most ties first.
        dimension: Eigenvectors wanted at most.

    Source: Williams and Seeger (2000), the Nyström method, for the artists outside the core.
    """
    core = min(int(np.max(np.flatnonzero(graph.degrees), initial=0)) + 1, CORE)
    to_core = graph.normalised()[:, :core]
    within = to_core[:core]
    whole = core <= EXACT
    basis, stretched = (np.eye(core, dtype=np.float32), within.toarray()) if whole else _krylov(within)
    values, turn = np.linalg.eigh(stretched.astype(np.float64), UPLO="U")
    values, turn = values[::-1][: dimension + 1], turn[:, ::-1][:, :dimension].astype(np.float32)
    columns = np.empty((to_core.shape[0], turn.shape[1]), np.float32)
    np.matmul(basis, turn, out=columns[:core])
    reach = turn.shape[1]
    columns[core:] = to_core[core:] @ (columns[:core] / np.maximum(values[:reach], LEAST_VALUE).astype(np.float32))
    return Directions(columns, values)


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
    vectors: Vectors = known.columns[:, :kept] * np.sqrt(np.maximum(known.values[:kept] - by_chance, 0)).astype(
        np.float32
    )
    lengths = np.sqrt(np.vecdot(vectors, vectors))
    prior = LENGTH_PRIOR * max(float(np.median(lengths[tied])) if tied.any() else 0.0, 1e-9)
    vectors /= (lengths + np.float32(prior))[:, None]
    vectors[~tied] = 0
    return vectors


def inner_products(vectors: Vectors, one: Rows, other: Rows) -> Numbers:
    """Return the inner product of each pair of rows, in blocks that stay small; soonest where pairs are sorted."""
    answer = np.empty(len(one), np.float32)
    for start in range(0, len(one), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        np.vecdot(vectors.take(one[part], 0), vectors.take(other[part], 0), out=answer[part])
    return answer


def _krylov(matrix: csr_array) -> tuple[Block, Block]:
    """Return an orthonormal basis in which the leading eigenvectors of a symmetric matrix all but lie, and it there.

    It is of a guess, of its product with the matrix, of that one's product, and so on: each new block is made
    orthogonal to all before it, and once more where little of it is left, for single precision. Of the matrix in this
    basis the upper triangle is told.

    Source: Golub and Underwood (1977), the block Lanczos method; Daniel, Gragg, Kaufman and Stewart (1976), when once
    is enough.
    """
    width = BLOCK * STEPS
    basis = np.empty((matrix.shape[0], width), np.float32, order="F")
    stretched = np.zeros((width, width), np.float32)
    block = np.random.default_rng(0).standard_normal((matrix.shape[0], BLOCK), dtype=np.float32)
    block, _ = qr(block, mode="economic", check_finite=False)
    for start, end in zip(range(0, width, BLOCK), range(BLOCK, width + 1, BLOCK), strict=True):
        basis[:, start:end] = block
        known = basis[:, :end]
        product = matrix @ np.ascontiguousarray(block)
        stretched[:end, start:end] = inside = known.T @ product
        if end < width:
            block, left = qr(product - known @ inside, mode="economic", check_finite=False)
            if np.abs(left.diagonal()).min() < ENOUGH * np.linalg.norm(product, axis=0).max():
                block = qr(block - known @ (known.T @ block), mode="economic", check_finite=False)[0]
    return basis, stretched
