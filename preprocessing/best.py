"""The places of the best of many scores, several times as fast as by sorting or partitioning all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from preprocessing.packed import places

_SLICES = 4  # for each that is wanted: with more slices fewer scores are left to sort, and the slices cost more


def best_places(scores: NDArray[np.floating[Any]], k: int) -> NDArray[np.int64]:
    """Return the columns of each row's k greatest scores, the greatest first, ties by column; shape (n, k).

    Each row is cut into slices. The k-th of their greatest scores is reached by k scores at least, so that only what
    reaches it is sorted.

    Args:
        scores: Shape (n, m), no NaN.
        k: At most m.
    """
    n, m = scores.shape
    height = m // (_SLICES * k)
    if height < 2:
        return np.argsort(-scores, axis=1, kind="stable")[:, :k]
    width = m // height
    greatest = scores[:, : height * width].reshape(n, height, width).max(axis=1)
    # Of a flat array: NumPy finds them several times as fast as in a table.
    row, column = np.divmod(np.flatnonzero(scores >= np.partition(greatest, -k, axis=1)[:, -k, None]), m)
    place = places(row)
    narrow = np.full((n, int(place.max(initial=k - 1)) + 1), -np.inf, dtype=scores.dtype)
    narrow[row, place] = scores[row, column]
    columns = np.zeros(narrow.shape, dtype=np.int64)
    columns[row, place] = column
    return np.take_along_axis(columns, np.argsort(-narrow, axis=1, kind="stable")[:, :k], axis=1)
