"""Work beside the answers that leaves the processor to them."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """Called between two pieces of work, it sleeps so many times as long as the piece before took.

    Args:
        rest: Times; 4 leaves four fifths of a core to others.
        clock: Seconds, from any zero.
        sleep: Waits for so many seconds.
    """

    def __init__(
        self,
        rest: float = 4,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._rest, self._clock, self._sleep = rest, clock, sleep
        self._since_s = clock()

    def __call__(self) -> None:
        """Rest."""
        self._sleep(self._rest * (self._clock() - self._since_s))
        self._since_s = self._clock()
