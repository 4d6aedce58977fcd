"""What each user likes: the lists of a profile, each best first, as rows of (user_idx, value)."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.entries import entries_of, in_entries
from preprocessing.packed import grouped, mask, places
from preprocessing.parameters import Parameters
from preprocessing.partners import Rows
from preprocessing.runs import lengths_of, sorted_runs
from preprocessing.schemas import TIME_UNITS

# Of the artifacts, what the first four of the lists make.
COLUMNS = ("user_first_tracks", "user_favourites", "user_disliked", "user_favourite_artists")


def lists(events: pl.DataFrame, track_artist: pl.Series, parameters: Parameters) -> list[pl.DataFrame]:
    """Return each kind of list of the users of some events: first, liked and disliked tracks, the same of artists.

    Behind them come the tracks that are liked and not disliked, and the liking that the lists of artists come from.
    """
    tracks, liking = tastes(events).lazy(), artist_liking(events, track_artist)
    like, dislike = parameters.favourite_threshold, parameters.dislike_threshold
    of_tracks = [
        first_tracks(events.lazy()),
        favourites(tracks, like),
        disliked(tracks, dislike),
        only_liked(tracks, like, dislike),
    ]
    opened, liked, gave_up, only = pl.collect_all(of_tracks)
    return [opened, liked, gave_up, favourite_artists(liking), disliked_artists(liking), only, liking]


def first_tracks(events: pl.LazyFrame) -> pl.LazyFrame:
    """Return the tracks that a user's sessions began with: the most frequent first, then the most recent."""
    return (
        events.filter("opens")
        .group_by("user_idx", "track_idx")
        .agg(times=pl.len(), latest=pl.col("timestamp").max())
        .sort("user_idx", "times", "latest", "track_idx", descending=[False, True, True, False])
        .select("user_idx", "track_idx")
    )


def tastes(events: pl.DataFrame) -> pl.DataFrame:
    """Return one row per user and track, in this order: ``plays``, ``total``, ``most`` and ``least`` time of one."""
    user = events["user_idx"].to_numpy()
    track, time, starts = in_entries(user, events["track_idx"].to_numpy(), events["time"].to_numpy())
    plays = np.diff(starts, append=len(time))
    total = np.add.reduceat(time, starts) if len(starts) else time
    return pl.DataFrame(
        {
            "user_idx": user[starts],
            "track_idx": track,
            "plays": plays,
            "total": total,
            "most": time[starts + plays - 1],
            "least": time[starts],
        }
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
    return tastes.filter(pl.col("least") <= round(threshold * TIME_UNITS)).select("user_idx", "track_idx")


def only_liked(tastes: pl.LazyFrame, like: float, dislike: float) -> pl.LazyFrame:
    """Return the tracks that are ``favourites`` and not ``disliked``, in the order of their rows."""
    heard = pl.col("most") >= round(like * TIME_UNITS)
    return tastes.filter(heard & (pl.col("least") > round(dislike * TIME_UNITS))).select("user_idx", "track_idx")


def artist_liking(events: pl.DataFrame, track_artist: pl.Series) -> pl.DataFrame:
    """Return one row per user and artist, in this order: ``liking``, above 0 for a favourite, below for a dislike.

    A first hearing of a track adds its fraction less one half, so that a skip takes away what another track
    brought.
    """
    heard = events.filter("first_hearing")
    artist = track_artist.gather(heard["track_idx"])
    own = entries_of(heard["user_idx"].to_numpy(), artist.to_numpy(), heard["time"].to_numpy())
    liking = own.total - own.rows * (TIME_UNITS // 2)
    return pl.DataFrame({"user_idx": own.owner, "artist_idx": own.item, "liking": liking})


def favourite_artists(liking: pl.DataFrame) -> pl.DataFrame:
    """Return the artists that a user likes: by summed liking, then by row.

    Args:
        liking: See ``artist_liking``.
    """
    liked = liking.filter(pl.col("liking") > 0)
    artist, _ = _most_liked(liked["user_idx"].to_numpy(), liked["artist_idx"].to_numpy(), liked["liking"].to_numpy())
    return pl.DataFrame({"user_idx": liked["user_idx"], "artist_idx": artist})


def disliked_artists(liking: pl.DataFrame) -> pl.DataFrame:
    """Return the artists that a user dislikes, in the order of their rows."""
    return liking.filter(pl.col("liking") < 0).select("user_idx", "artist_idx")


def fans(liking: pl.DataFrame, k: int) -> pl.DataFrame:
    """Return the k users who like an artist most, as ``artist_idx``, ``user_idx`` and ``liking``; ties by row."""
    artist, user, liked = (
        column.to_numpy()
        for column in liking.filter(pl.col("liking") > 0).select("artist_idx", "user_idx", "liking").get_columns()
    )
    by_artist = grouped(artist, int(artist.max(initial=0)) + 1)
    artist = artist[by_artist]
    user, liked = _most_liked(artist, user[by_artist], liked[by_artist])
    first = places(artist) < k
    return pl.DataFrame({"artist_idx": artist[first], "user_idx": user[first], "liking": liked[first]})


def _most_liked(owners: Rows, values: NDArray[Any], liking: Rows) -> tuple[NDArray[Any], Rows]:
    """Return each owner's values and liking, the most liked first, ties by value.

    Args:
        owners: Equal ones stand together.
        values: Rows.
        liking: Positive; what 32 bits do not hold, half a million hearings of one artist to the end, counts as that.
    """
    most = mask(32)
    less = most - np.minimum(liking.astype(np.uint64), most)
    ordered = sorted_runs((less << np.uint64(32)) | values.astype(np.uint64), lengths_of(owners))
    return (ordered & most).astype(values.dtype), (most - (ordered >> np.uint64(32))).view(np.int64)
