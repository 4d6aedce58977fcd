"""The log as the model sees it: who, which artist, after which first artist, how tired of them, how much was heard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.schemas import TIME_UNITS

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Openings:
    """The track that each session began with: what its listener chose."""

    user: Rows  # (n_sessions,)
    artist: Rows  # (n_sessions,)
    fraction: Floats  # (n_sessions,), listened, 0 to 1

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
    fraction: Floats  # (n,), listened, 0 to 1

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
    rows = (
        events.lazy()
        .with_columns(artist=pl.lit(pl.Series(track_artist)).gather(pl.col("track_idx")))
        .with_columns(
            times_heard=pl.int_range(pl.len()).over("session_idx", "artist"),
            first_artist=pl.col("artist").first().over("session_idx"),
        )
        .select("user_idx", "artist", "first_artist", "times_heard", "time", "opens", "first_hearing")
        .collect()
    )
    opened = rows.filter("opens")
    heard = rows.filter(~pl.col("opens") & pl.col("first_hearing"))
    return (
        Openings(_rows(opened, "user_idx"), _rows(opened, "artist"), _fractions(opened)),
        Playbacks(
            user=_rows(heard, "user_idx"),
            artist=_rows(heard, "artist"),
            first_artist=_rows(heard, "first_artist"),
            times_heard=_rows(heard, "times_heard"),
            fraction=_fractions(heard),
        ),
    )


def _rows(frame: pl.DataFrame, name: str) -> Rows:
    return frame[name].to_numpy().astype(np.int64)


def _fractions(frame: pl.DataFrame) -> Floats:
    fractions: Floats = frame["time"].to_numpy().astype(np.float64) / TIME_UNITS
    return fractions
