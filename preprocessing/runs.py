"""Runs of numbers as the rows of a table: many short rows sort ten times as fast as all of them in one column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

PAD = np.uint64(2**64 - 1)
# Places of a table, about: as much as the cache holds.
TABLE = 2**17


def blocks(lengths: NDArray[np.int64]) -> Iterator[slice]:
    """Yield some consecutive runs at a time, whose table has ``TABLE`` places at most, or one run.

    Args:
        lengths: 1 or more each. Least is lost to padding where runs of a length stand together.
    """
    start = 0
    while start < len(lengths):
        some = lengths[start : start + TABLE // int(lengths[start]) + 1]
        places = np.maximum.accumulate(some) * np.arange(1, len(some) + 1)
        end = start + max(int(np.searchsorted(places, TABLE, side="right")), 1)
        yield slice(start, end)
        start = end


def held_places(lengths: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which places of the table of some runs hold a number."""
    held: NDArray[np.bool_] = np.arange(lengths.max(initial=0)) < lengths[:, None]
    return held


def sorted_rows(numbers: NDArray[np.uint64], places: NDArray[np.bool_], pad: np.uint64 = PAD) -> NDArray[np.uint64]:
    """Return a table of runs, each sorted and padded.

    Args:
        numbers: Run after run.
        places: Where they are held.
        pad: More than any of them.
    """
    table = np.full(places.shape, pad)
    table[places] = numbers
    table.sort(axis=1)
    return table


def sorted_runs(numbers: NDArray[np.uint64], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return runs, one after the other, each sorted."""
    starts = np.cumsum(lengths) - lengths
    order = np.argsort(-lengths, kind="stable")
    ordered = np.empty_like(numbers)
    for block in blocks(lengths[order]):
        some = order[block]
        held = held_places(lengths[some])
        where = (starts[some, None] + np.arange(held.shape[1]))[held]
        ordered[where] = sorted_rows(numbers[where], held)[held]
    return ordered


def starts_of(*columns: NDArray[Any]) -> NDArray[np.int64]:
    """Return where another combination of values begins."""
    begins = np.zeros(len(columns[0]), dtype=np.bool_)
    begins[:1] = True
    for column in columns:
        begins[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(begins)


def lengths_of(labels: NDArray[Any]) -> NDArray[np.int64]:
    """Return how many equal labels stand together, run by run."""
    return np.diff(starts_of(labels), append=len(labels))
