"""How often somebody may call."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from app.errors import TooManyRequests

ROUNDING_S = 1e-9  # a burst is whole though its sum of intervals is rounded


class RateLimit:
    """A token bucket for each caller, in this process (record 0073).

    A bucket is kept as the one number that says when it is full again. One that is full already is as good as none, so
    that those of the callers who were silent for longest can be dropped.

    Args:
        per_s: Calls per second that each may make over time, above 0.
        burst: Calls that each may make at once, at least 1.
        remembered: Callers whose buckets are kept at most.
        clock: Monotonic seconds.

    Source: the generic cell rate algorithm, ITU-T I.371.
    """

    def __init__(self, per_s: float, burst: int, remembered: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval_s = 1 / per_s
        self._span_s = burst / per_s  # from empty to full
        self._remembered = remembered
        self._clock = clock
        self._full_s: OrderedDict[Hashable, float] = OrderedDict()

    def count(self, who: Hashable, name: str) -> None:
        """Return where one more call is within the limit; a refused one does not count.

        Args:
            who: The caller.
            name: What they are told that they are.

        Raises:
            TooManyRequests: It is not.
        """
        now_s = self._clock()
        full_s = max(self._full_s.get(who, now_s), now_s) + self._interval_s
        wait_s = full_s - now_s - self._span_s
        if wait_s > ROUNDING_S:
            raise TooManyRequests(name, wait_s)
        self._full_s[who] = full_s
        self._full_s.move_to_end(who)
        if len(self._full_s) > self._remembered:
            self._full_s.popitem(last=False)
