"""Tracks that are listened together."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.pairs import best_partners
from preprocessing.parameters import Parameters
from preprocessing.partners import Choice, Partners
from preprocessing.schemas import TIME_UNITS
from preprocessing.windows import Members


def track_neighbours(events: pl.LazyFrame, track_artist: NDArray[np.int32], parameters: Parameters) -> Partners:
    """Return each track's nearest tracks: heard in the same sessions, and listened to.

    Args:
        events: The log in sessions, sorted.
        track_artist: Artist row of each track.
        parameters: Sizes and the shrinkage.
    """
    choice = choice_of(track_artist, parameters)
    return best_partners(heard_together(events), len(track_artist), parameters.neighbour_lag, choice)


def heard_together(events: pl.LazyFrame) -> Members:
    """Return the tracks of each session.

    Two tracks of a session, at most ``neighbour_lag`` tracks apart, weigh the product of the fractions heard.
    Only first hearings count. Tracks of which nothing was heard do not, nor do they add to the lag.
    """
    heard = (
        events.filter(pl.col("first_hearing") & (pl.col("time") > 0))
        .select("session_idx", "track_idx", "time")
        .collect()
    )
    return Members(*(column.to_numpy() for column in heard.get_columns()))


def choice_of(track_artist: NDArray[np.int32], parameters: Parameters) -> Choice:
    """Return how many neighbours are kept, and of how many artists."""
    shrinkage = parameters.neighbour_shrinkage * TIME_UNITS**2
    return Choice(parameters.neighbours, shrinkage, track_artist, parameters.neighbours_per_artist)
