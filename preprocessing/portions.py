"""A large frame in portions of whole owners: their hash tables and sorts stay in the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import polars as pl

# Ten megabytes of a log's columns, which a processor's last cache holds.
PORTION_ROWS = 2**18


def portions(frame: pl.DataFrame, owner: str) -> Iterator[pl.DataFrame]:
    """Yield slices of a frame sorted by ``owner``, each of about ``PORTION_ROWS``; no owner is cut in two.

    An empty frame is one empty slice.

    Raises:
        ValueError: The frame is not sorted, and owners would be cut.
    """
    if not frame[owner].is_sorted():
        raise ValueError(f"the frame is not sorted by {owner}")
    if frame.is_empty():
        yield frame
    owners = frame[owner].to_numpy()
    start = 0
    while start < len(frame):
        last = owners[min(start + PORTION_ROWS, len(frame)) - 1]
        end = int(np.searchsorted(owners, last, side="right"))
        yield frame[start:end]
        start = end


def of_portions(
    frame: pl.DataFrame, owner: str, make: Callable[[pl.DataFrame], Sequence[pl.DataFrame]]
) -> list[pl.DataFrame]:
    """Return the frames that are made of such a frame, portion by portion."""
    return [pl.concat(frames) for frames in zip(*map(make, portions(frame, owner)), strict=True)]
