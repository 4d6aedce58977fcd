"""What each user likes: the lists of a profile, each best first, as rows of (user_idx, value)."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from preprocessing.parameters import Parameters
from preprocessing.schemas import TIME_UNITS

Step = Callable[[pl.LazyFrame], pl.LazyFrame]

# Of the artifacts, what the first four of the steps make.
COLUMNS = ("user_first_tracks", "user_favourites", "user_disliked", "user_favourite_artists")


def steps(track_artist: pl.Series, parameters: Parameters) -> tuple[Step, ...]:
    """Return what makes each kind of list from events: first, liked and disliked tracks, liked and disliked artists.

    The last one makes the liking that the lists of artists come from.
    """
    return (
        first_tracks,
        lambda heard: favourites(tastes(heard), parameters.favourite_threshold),
        lambda heard: disliked(tastes(heard), parameters.dislike_threshold),
        lambda heard: favourite_artists(artist_liking(heard, track_artist)),
        lambda heard: disliked_artists(artist_liking(heard, track_artist)),
        lambda heard: artist_liking(heard, track_artist),
    )


def first_tracks(events: pl.LazyFrame) -> pl.LazyFrame:
    """Return the tracks that a user's sessions began with: the most frequent first, then the most recent."""
    return (
        events.filter("opens")
        .group_by("user_idx", "track_idx")
        .agg(times=pl.len(), latest=pl.col("timestamp").max())
        .sort("user_idx", "times", "latest", "track_idx", descending=[False, True, True, False])
        .select("user_idx", "track_idx")
    )


def tastes(events: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row per user and track: ``plays``, and the ``total``, ``most`` and ``least`` time of one."""
    time = pl.col("time")
    return events.group_by("user_idx", "track_idx").agg(
        plays=pl.len(), total=time.cast(pl.Int64).sum(), most=time.max(), least=time.min()
    )


def favourites(tastes: pl.LazyFrame, threshold: float) -> pl.LazyFrame:
    """Return the tracks that a user once heard to the threshold: by mean fraction, plays, row."""
    return (
        tastes.filter(pl.col("most") >= round(threshold * TIME_UNITS))
        .with_columns(mean=pl.col("total") / pl.col("plays"))
        .sort("user_idx", "mean", "plays", "track_idx", descending=[False, True, True, False])
        .select("user_idx", "track_idx")
    )


def disliked(tastes: pl.LazyFrame, threshold: float) -> pl.LazyFrame:
    """Return the tracks that a user once gave up by the threshold, sorted by row.

    A track can be a favourite as well; it is for the reader of both lists to let the dislike win.
    """
    return (
        tastes.filter(pl.col("least") <= round(threshold * TIME_UNITS))
        .sort("user_idx", "track_idx")
        .select("user_idx", "track_idx")
    )


def artist_liking(events: pl.LazyFrame, track_artist: pl.Series) -> pl.LazyFrame:
    """Return one row per user and artist: ``liking``, which is above 0 for a favourite and below for a dislike.

    A first hearing of a track adds its fraction less one half, so that a skip takes away what another track
    brought.
    """
    liking = pl.col("time") - TIME_UNITS // 2
    return (
        events.filter("first_hearing")
        .group_by("user_idx", artist_idx=pl.lit(track_artist).gather("track_idx"))
        .agg(liking=liking.cast(pl.Int64).sum())
    )


def favourite_artists(liking: pl.LazyFrame) -> pl.LazyFrame:
    """Return the artists that a user likes: by summed liking, then by row."""
    return (
        liking.filter(pl.col("liking") > 0)
        .sort("user_idx", "liking", "artist_idx", descending=[False, True, False])
        .select("user_idx", "artist_idx")
    )


def disliked_artists(liking: pl.LazyFrame) -> pl.LazyFrame:
    """Return the artists that a user dislikes, sorted by row."""
    return liking.filter(pl.col("liking") < 0).sort("user_idx", "artist_idx").select("user_idx", "artist_idx")


def fans(liking: pl.LazyFrame, k: int) -> pl.LazyFrame:
    """Return the k users who like an artist most, as ``artist_idx``, ``user_idx`` and ``liking``; ties by row."""
    return (
        liking.filter(pl.col("liking") > 0)
        .sort("artist_idx", "liking", "user_idx", descending=[False, True, False])
        .group_by("artist_idx", maintain_order=True)
        .head(k)
        .select("artist_idx", "user_idx", "liking")
    )
