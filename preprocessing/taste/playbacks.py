"""The log as the model sees it: who, which artist, after which first artist, how tired of them, how much was heard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.packed import places
from preprocessing.schemas import TIME_UNITS

Rows = NDArray[np.int32]
Floats = NDArray[np.float64]
Numbers = NDArray[np.float32]  # of playbacks, which are many


@dataclass(frozen=True, slots=True)
class Openings:
    """The track that each session began with: what its listener chose."""

    user: Rows  # (n_sessions,)
    artist: Rows  # (n_sessions,)
    fraction: Numbers  # (n_sessions,), listened, 0 to 1

    def of(self, chosen: NDArray[np.bool_]) -> Openings:
        """Return some of them."""
        return Openings(self.user[chosen], self.artist[chosen], self.fraction[chosen])


@dataclass(frozen=True, slots=True)
class Playbacks:
    """Every other track of the sessions, the first time it was heard there."""

    user: Rows  # (n,)
    artist: Rows  # (n,)
    first_artist: Rows  # (n,), of the session's opening
    times_heard: Rows  # (n,), tracks of the artist that the session had before
    fraction: Numbers  # (n,), listened, 0 to 1

    def __len__(self) -> int:
        return len(self.user)

    def of(self, chosen: NDArray[np.bool_]) -> Playbacks:
        """Return some of them."""
        return Playbacks(
            self.user[chosen],
            self.artist[chosen],
            self.first_artist[chosen],
            self.times_heard[chosen],
            self.fraction[chosen],
        )


def in_parts(events: pl.DataFrame, track_artist: NDArray[np.int32]) -> tuple[Openings, Playbacks]:
    """Return a log in sessions as openings and playbacks.

    Args:
        events: See ``with_sessions``; sorted by user, session and time.
        track_artist: Artist row of each track, shape (n_tracks,).
    """
    user, opens = events["user_idx"].to_numpy(), events["opens"].to_numpy()
    fraction = events["time"].to_numpy().astype(np.float32) / np.float32(TIME_UNITS)
    artist = track_artist[events["track_idx"].to_numpy()]
    session = np.cumsum(opens) - 1
    of_session = (session << 32) | artist
    order = np.argsort(of_session, kind="stable")
    times_heard = np.empty(len(artist), dtype=np.int32)
    times_heard[order] = places(of_session[order])
    openings = Openings(user[opens], artist[opens], fraction[opens])
    playbacks = Playbacks(user, artist, openings.artist[session], times_heard, fraction)
    return openings, playbacks.of(~opens & events["first_hearing"].to_numpy())
