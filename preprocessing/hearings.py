"""How much more of each track its listeners heard than people do, the first time they heard it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.portions import PORTION_ROWS, portions
from preprocessing.schemas import TIME_UNITS

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hearings:
    """First hearings, those of a user together; six bytes each, since a large log has many."""

    offsets: Rows  # (n_users + 1,)
    track: NDArray[np.int32]  # (n,)
    more: NDArray[np.int16]  # (n,), time heard less the track's appeal, in units of TIME_UNITS to a whole track

    def __len__(self) -> int:
        return len(self.track)

    @property
    def n_users(self) -> int:
        """Number of users."""
        return len(self.offsets) - 1

    def user(self, users: slice) -> NDArray[np.int32]:
        """Return the user of each hearing of some users."""
        return np.repeat(
            np.arange(users.start, users.stop, dtype=np.int32), np.diff(self.offsets[users.start : users.stop + 1])
        )

    def amount(self, rows: slice | Rows) -> NDArray[np.int32]:
        """Return the ``more`` of some hearings and a whole track beside, so that it is 0 or more."""
        return self.more[rows].astype(np.int32) + np.int32(TIME_UNITS)

    def rows(self, users: NDArray[np.integer[Any]]) -> tuple[Rows, Rows]:
        """Return the hearings of some users, one user after the other, and how many are of each."""
        counts = self.offsets[users + 1] - self.offsets[users]
        return np.repeat(self.offsets[users] - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum()), counts

    def portions(self) -> Iterator[tuple[slice, slice]]:
        """Yield slices of users and of their hearings, whose number the cache holds; no user is cut in two."""
        start = 0
        while start < self.n_users:
            most = self.offsets[start] + PORTION_ROWS
            end = max(int(np.searchsorted(self.offsets, most, side="right")) - 1, start + 1)
            yield slice(start, end), slice(int(self.offsets[start]), int(self.offsets[end]))
            start = end


def first_hearings(events: pl.DataFrame, appeal: pl.Series, n_users: int) -> Hearings:
    """Return the first hearings of a log.

    Args:
        events: The log in sessions, sorted by user.
        appeal: Of each track.
        n_users: Number of users.
    """
    n = int(events["first_hearing"].sum())
    track, more, counts = np.empty(n, np.int32), np.empty(n, np.int16), np.zeros(n_users, np.int64)
    usual = np.rint(appeal.to_numpy() * TIME_UNITS).astype(np.int16)
    end = 0
    for portion in portions(events, "user_idx"):
        heard = portion.filter("first_hearing")
        start, end = end, end + len(heard)
        track[start:end] = heard["track_idx"].to_numpy()
        more[start:end] = heard["time"].to_numpy() - usual[track[start:end]]
        users, each = np.unique_counts(heard["user_idx"].to_numpy())
        counts[users] = each
    return Hearings(np.concatenate([[0], np.cumsum(counts)]), track, more)
