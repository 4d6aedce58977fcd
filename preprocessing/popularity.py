"""How much each track is played, and how much of it people listen to."""

from __future__ import annotations

import numpy as np
import polars as pl

from preprocessing.catalogue import Catalogue
from preprocessing.parameters import Parameters
from preprocessing.schemas import TIME_UNITS

NEUTRAL_APPEAL = 0.5  # where there is no log to learn from
_ROWS = 2**20  # added up at once
SUMS = ("plays", "listened", "hearings", "heard")  # of playbacks and their time, and of first hearings and theirs


def of_catalogue(catalogue: Catalogue, sums: pl.LazyFrame, parameters: Parameters) -> pl.DataFrame:
    """Return the catalogue's tracks ``with_popularity``."""
    tracks = catalogue.tracks.lazy().select("track_idx", artist_idx=pl.lit(pl.Series(catalogue.track_artist)))
    return with_popularity(tracks, sums, parameters.track_prior, parameters.artist_prior).collect()


def with_popularity(tracks: pl.LazyFrame, sums: pl.LazyFrame, track_prior: float, artist_prior: float) -> pl.LazyFrame:
    """Return the tracks with ``plays``, ``listened`` (summed time) and ``appeal``.

    The appeal of a track is the mean fraction of its first hearings, shrunk toward its artist's, which is
    shrunk toward the mean of all:

        artist = (sum over the artist's hearings + artist_prior * mean of all) / (hearings + artist_prior)
        track = (sum over the track's hearings + track_prior * artist) / (hearings + track_prior)

    Args:
        tracks: ``track_idx`` and ``artist_idx``, one row per track.
        sums: What ``sums_of`` returns for the log, or for its parts, added up.
        track_prior: In hearings.
        artist_prior: In hearings.

    Source: Gelman et al., Bayesian Data Analysis, chapter 5: the normal hierarchical model with known ratios
    of variances.
    """
    hearings, total = pl.col("hearings"), pl.col("heard")
    everyone = pl.when(hearings.sum() > 0).then(total.sum() / (hearings.sum() * TIME_UNITS)).otherwise(NEUTRAL_APPEAL)
    artist = (total.sum().over("artist_idx") / TIME_UNITS + artist_prior * everyone) / (
        hearings.sum().over("artist_idx") + artist_prior
    )
    track = (total / TIME_UNITS + track_prior * artist) / (hearings + track_prior)
    return (
        tracks.join(sums, on="track_idx", how="left")
        .with_columns(pl.col(SUMS).fill_null(0))
        .with_columns(appeal=track.cast(pl.Float32))
        .select("track_idx", "artist_idx", "plays", "listened", "appeal")
        .sort("track_idx")
    )


def sums_of(events: pl.LazyFrame) -> pl.LazyFrame:
    """Return the sums of each track that was heard: dense sums by row, several times as fast as a hash table.

    Sums of whole numbers below 2 ** 53, which no log reaches, are exact in double precision.
    """
    heard = events.select("track_idx", "time", "first_hearing").collect()
    sums = np.zeros((len(SUMS), int(heard["track_idx"].to_numpy().max(initial=-1)) + 1))
    # Some rows at a time: what they are cast to stays in the cache.
    for some in heard.iter_slices(_ROWS):
        track, time, first = (column.to_numpy() for column in some.get_columns())
        for total, weights in zip(sums, (None, time, first, time * first), strict=True):
            total += np.bincount(track, weights, len(total))
    frame = pl.LazyFrame(dict(zip(SUMS, sums, strict=True)), schema=dict.fromkeys(SUMS, pl.Int64), strict=False)
    return frame.with_row_index("track_idx").with_columns(pl.col("track_idx").cast(pl.Int32))


def most_listened(tracks: pl.LazyFrame) -> pl.LazyFrame:
    """Return the ``track_idx`` of all tracks, the most listened first; ties by appeal, then by row."""
    order = ["listened", "appeal", "track_idx"]
    return tracks.sort(order, descending=[True, True, False]).select("track_idx")


def by_artist(tracks: pl.LazyFrame) -> pl.LazyFrame:
    """Return ``artist_idx`` and ``track_idx``, highest appeal first; ties by plays, then by row."""
    order = ["artist_idx", "appeal", "plays", "track_idx"]
    return tracks.sort(order, descending=[False, True, True, False]).select("artist_idx", "track_idx")
