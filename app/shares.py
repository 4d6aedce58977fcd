"""How many connections each worker holds, in memory that all workers of one supervisor share."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from typing import Any

AWAY = -1  # at a place whose worker takes no connections


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker holds, beside what the others do."""

    _held: Any  # of all workers, each at its place; ctypes has no type for a shared array
    place: int

    def hold(self, connections: int) -> None:
        """Tell the others how many connections this worker holds."""
        self._held[self.place] = connections

    def leave(self) -> None:
        """Tell the others that this worker takes no more."""
        self._held[self.place] = AWAY

    def is_least(self) -> bool:
        """Whether no other worker holds fewer."""
        return bool(self._held[self.place] <= min(held for held in self._held if held != AWAY))


class Shares:
    """The shares of all workers.

    Args:
        places: Workers at most, those that are about to go included.
    """

    def __init__(self, places: int) -> None:
        self._held = multiprocessing.get_context("spawn").RawArray("i", [AWAY] * places)

    def free(self, taken: set[int]) -> Share:
        """Return a share at a place that is not taken."""
        place = next(place for place in range(len(self._held)) if place not in taken)
        return Share(self._held, place)
