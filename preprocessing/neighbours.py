"""Tracks that are listened together."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.pairs import Partners, best_partners, count_pairs
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
    tracks, times = heard["track_idx"].to_numpy(), heard["time"].to_numpy().astype(np.int64)
    norms = np.zeros(len(track_artist), dtype=np.int64)
    np.add.at(norms, tracks, times**2)
    return best_partners(
        count_pairs(heard["session_idx"].to_numpy(), tracks, times, parameters.neighbour_lag),
        norms,
        parameters.neighbours,
        parameters.neighbour_shrinkage * TIME_UNITS**2,
        groups=track_artist,
        per_group=parameters.neighbours_per_artist,
    )
