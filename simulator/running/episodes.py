"""The episodes of a run: who listens in each, and when; the same whatever the number of processes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.crowd import Rows, draw_users
from simulator.philox import uniforms
from simulator.worlds import World

TRACK_MS = 200_000  # a track lasts so long where it is heard to its end, and a skip at least a second
SKIP_MS = 1_000

_DAY_MS = 86_400_000
FIRST_MS = 1_767_225_600_000  # 2026-01-01 UTC: a simulated log is the same on every day that it is made
_HOURS = 2  # stream of random numbers; a crowd has 0 and 1


@dataclass(frozen=True, slots=True)
class Episodes:
    """Some episodes of a run, one element each."""

    seed: int
    numbers: Rows
    users: Rows  # rows of the world's listeners
    starts_ms: Rows  # since the epoch; the same user's sessions are at least a day apart

    def __len__(self) -> int:
        return len(self.numbers)

    def part(self, start: int, stop: int) -> Episodes:
        """Return the episodes from one position to before another."""
        rows = slice(start, stop)
        return Episodes(self.seed, self.numbers[rows], self.users[rows], self.starts_ms[rows])

    def request(self, row: int, position: int) -> str:
        """Return the name of a playback, also over HTTP; a session is named as its first playback."""
        return f"{self.seed}-{self.numbers[row]}-{position}"


def plan_episodes(world: World, seed: int, n: int, first_ms: int = FIRST_MS) -> Episodes:
    """Return the episodes 0 to n - 1 of a seed: listeners drawn uniformly, a listener's sessions days apart.

    Args:
        world: Whose listeners.
        seed: Of the episodes.
        n: How many.
        first_ms: When the first day begins, since the epoch.
    """
    numbers = np.arange(n)
    users = draw_users(world, seed, numbers)
    hour = uniforms(seed, numbers, np.zeros(n, dtype=np.int64), _HOURS)[0]
    days = times_before(users) * _days_between(world)
    return Episodes(seed, numbers, users, first_ms + days * _DAY_MS + (hour * _DAY_MS).astype(np.int64))


def day_after(world: World, plan: Episodes) -> int:
    """Return a midnight, in milliseconds since the epoch, at which every session of some episodes is long over."""
    return (int(plan.starts_ms.max()) // _DAY_MS + _days_between(world)) * _DAY_MS


def _days_between(world: World) -> int:
    """Return how many days apart sessions of one user are, however long they last."""
    return -(-world.config.listener.max_tracks * TRACK_MS // _DAY_MS) + 2


def times_before(users: NDArray[np.int64]) -> Rows:
    """Return for each element how often it stands further to the left."""
    order = np.argsort(users, kind="stable")
    grouped = users[order]
    first = np.searchsorted(grouped, grouped)
    counts = np.empty(len(users), dtype=np.int64)
    counts[order] = np.arange(len(users)) - first
    return counts
