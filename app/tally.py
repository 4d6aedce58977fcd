"""Counts kept in plain numbers, and handed to prometheus-client together: each second, and when they are asked for.

To add to one of its values takes a lock, and between workers a write into a shared file: paid for every song, that is
seen in the cost of an answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from prometheus_client import Counter, Histogram


class Count:
    """A counter's growth since it was published last; add to ``new``."""

    __slots__ = ("_counter", "new")

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self.new = 0

    def publish(self) -> None:
        """Hand over what was counted."""
        if self.new:
            self._counter.inc(self.new)
            self.new = 0


class Tally:
    """A histogram's observations since it was published last.

    Args:
        series: One series of a histogram, with its labels.
        bounds: The histogram's own, ascending.
    """

    __slots__ = ("_bounds", "_new", "_series", "_sum")

    def __init__(self, series: Histogram, bounds: Sequence[float]) -> None:
        self._series = series
        self._bounds = bounds
        self._new = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Count one observation: a bucket takes what is at most its bound."""
        self._new[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def publish(self) -> None:
        """Hand over what was observed.

        prometheus-client has no public way to observe many at once; these are the values that its ``observe`` adds to.
        """
        self._series._sum.inc(self._sum)
        for place, new in enumerate(self._new):
            if new:
                self._series._buckets[place].inc(new)
                self._new[place] = 0
        self._sum = 0.0
