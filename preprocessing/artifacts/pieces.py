"""Files and arrays of any size, looked at piece by piece, so that work beside answers can pause between two."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PIECE = 1 << 18  # bytes that are hashed, or rows that are compared, between two pauses: a fraction of a millisecond
Pause = Callable[[], object]


def checksum(path: Path, pause: Pause = lambda: None) -> str:
    """Return a file's SHA-256.

    Raises:
        OSError: It cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            pause()
    return digest.hexdigest()


def lies_within(array: NDArray[Any], low: int, high: int, pause: Pause) -> bool:
    """Return whether no value is below one bound or above the other."""
    return all(low <= piece.min() and piece.max() <= high for piece in _pieces(array, pause))


def ascends(array: NDArray[Any], pause: Pause, *, strictly: bool) -> bool:
    """Return whether no value is less than the one before it; strictly: nor equal to it."""
    less = np.less_equal if strictly else np.less
    return not any(less(piece[1:], piece[:-1]).any() for piece in _pieces(array, pause))


def _pieces(array: NDArray[Any], pause: Pause) -> Iterator[NDArray[Any]]:
    """Yield the rows in pieces, each of which begins with the last row of the one before."""
    for start in range(0, len(array), PIECE):
        yield array[max(start - 1, 0) : start + PIECE]
        pause()
