"""Tracks that are listened together."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.pairs import Choice, Partners, best_partners
from preprocessing.parameters import Parameters
from preprocessing.schemas import TIME_UNITS


def track_neighbours(events: pl.LazyFrame, track_artist: NDArray[np.int32], parameters: Parameters) -> Partners:
    """Return each track's nearest tracks: heard in the same sessions, and listened to.

    Two tracks of a session, at most ``neighbour_lag`` tracks apart, weigh the product of the fractions heard.
    Only first hearings count. Tracks of which nothing was heard do not, nor do they add to the lag.

    Args:
        events: The log in sessions, sorted.
        track_artist: Artist row of each track.
        parameters: Sizes and the shrinkage.
    """
    heard = (
        events.filter(pl.col("first_hearing") & (pl.col("time") > 0))
        .select("session_idx", "track_idx", "time")
        .collect()
    )
    tracks, times = heard["track_idx"].to_numpy(), heard["time"].to_numpy()
    return best_partners(
        heard["session_idx"].to_numpy(),
        tracks,
        times,
        len(track_artist),
        parameters.neighbour_lag,
        Choice(
            parameters.neighbours,
            parameters.neighbour_shrinkage * TIME_UNITS**2,
            track_artist,
            parameters.neighbours_per_artist,
        ),
    )
