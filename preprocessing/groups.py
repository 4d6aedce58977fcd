"""What groups of users hear, and tracks that the same groups hear."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.artifacts import Ragged
from preprocessing.indexed import heads
from preprocessing.partners import Choice, Partners, rank
from preprocessing.ragged import to_ragged
from preprocessing.schemas import TIME_UNITS

Labels = NDArray[np.int32]

_PRIOR = 5.0  # first hearings by a group that its mean is shrunk by
_CANDIDATES = 1024  # most played tracks that are looked at as neighbours, beside those of the same artist
_OF_ARTIST = 10  # tracks of the same artist that are looked at, the most appealing ones
_AT_ONCE = 1024  # tracks whose neighbours are sought at a time
_ONE = np.ones(1)  # the product of the norms of two unit vectors


def group_lists(events: pl.LazyFrame, of_user: Labels, appeal: pl.Series, n_groups: int, length: int) -> Ragged:
    """Return per group the tracks that it hears longest, by the mean fraction shrunk toward the track's appeal.

    Args:
        events: The log in sessions; first hearings count.
        of_user: The users' groups.
        appeal: Of each track.
        n_groups: Number of groups.
        length: Tracks listed per group.
    """
    found = (
        _surplus(events, of_user, appeal)
        .with_columns(heard=pl.col("more") / (pl.col("hearings") + _PRIOR) + pl.lit(appeal).gather("track_idx"))
        .sort("group", "heard", "track_idx", descending=[False, True, False])
        .filter(pl.int_range(pl.len()).over("group") < length)
        .select("group", "track_idx")
        .collect()
    )
    return to_ragged(found, n_groups)


def group_neighbours(
    events: pl.LazyFrame, of_user: Labels, tracks: pl.DataFrame, artist_tracks: Ragged, n_groups: int, k: int
) -> NDArray[np.int32]:
    """Return the tracks that are heard by the same groups as each track, (n_tracks, k), best first, -1 pads.

    A track is a vector of how much more of it each group hears than its appeal, shrunk by five hearings toward the
    same of its artist, which is shrunk toward 0. Neighbours are near by cosine, among the most played tracks and
    those of the artist; ties are broken by row.

    Args:
        events: The log in sessions; first hearings count.
        of_user: The users' groups, few and large.
        tracks: ``track_idx``, ``artist_idx``, ``plays`` and ``appeal``, in the order of the rows.
        artist_tracks: Of each artist, the most appealing first.
        n_groups: Number of groups.
        k: Neighbours per track.

    Source: Gelman et al., Bayesian Data Analysis, chapter 5, for means within means.
    """
    n_tracks, artist_of = len(tracks), tracks["artist_idx"].to_numpy()
    means = _means(events, of_user, tracks, len(artist_tracks), n_groups)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    unit = np.divide(means, lengths, out=np.zeros_like(means), where=lengths > 0)
    played = tracks.filter(pl.col("plays") > 0).sort("plays", "track_idx", descending=[True, False])["track_idx"]
    popular = played.to_numpy()[:_CANDIDATES]
    of_artist = heads(artist_tracks, _OF_ARTIST, np.arange(len(artist_tracks)))
    found, known, kept = Partners.none(n_tracks, k), np.flatnonzero(lengths), min(k, len(popular) + _OF_ARTIST)
    for start in range(0, len(known), _AT_ONCE):
        rows = known[start : start + _AT_ONCE]
        own = of_artist[artist_of[rows]]
        candidates = np.concatenate([np.broadcast_to(popular, (len(rows), len(popular))), own], axis=1)
        to_own = np.einsum("rd,rcd->rc", unit[rows], unit[own])
        to_own[(own < 0) | (own == rows[:, None])] = 0
        to_popular = unit[rows] @ unit[popular].T
        to_popular[artist_of[popular] == artist_of[rows][:, None]] = 0  # they stand among the artist's, or not at all
        cosines = np.concatenate([to_popular, to_own], axis=1)
        # Several times as fast as to ask for the places of the best; what equals the worst of them is sorted out after.
        least = np.partition(cosines, -kept, axis=1)[:, -kept:][:, :1]
        row, place = np.nonzero((cosines >= least) & (cosines > 0))
        best = rank(rows[row], candidates[row, place], cosines[row, place], _ONE, n_tracks, Choice(k, shrinkage=0.0))
        best.write(found)
    return found.indices


def _means(
    events: pl.LazyFrame, of_user: Labels, tracks: pl.DataFrame, n_artists: int, n_groups: int
) -> NDArray[np.float32]:
    """Return the vectors of tracks, (n_tracks, n_groups)."""
    surplus = _surplus(events, of_user, tracks["appeal"])
    artist_of = pl.lit(tracks["artist_idx"]).gather("track_idx")
    heard = surplus.group_by(artist_of.alias("artist_idx"), "group").agg(pl.col("more").sum(), pl.col("hearings").sum())
    of_artist = np.zeros((n_artists, n_groups), dtype=np.float32)
    artists = heard.sort("artist_idx", "group").collect()
    of_artist[artists["artist_idx"], artists["group"]] = artists["more"] / (artists["hearings"] + _PRIOR)
    means = of_artist[tracks["artist_idx"]]
    found = surplus.sort("track_idx", "group").collect()
    track, group = found["track_idx"], found["group"]
    means[track, group] = (found["more"] + _PRIOR * means[track, group]) / (found["hearings"] + _PRIOR)
    return means


def _surplus(events: pl.LazyFrame, of_user: Labels, appeal: pl.Series) -> pl.LazyFrame:
    """Return per ``track_idx`` and ``group`` the ``hearings``, and how much ``more`` was heard than the appeal."""
    return (
        events.filter("first_hearing")
        .select(
            "track_idx",
            group=pl.lit(pl.Series(of_user)).gather("user_idx"),
            more=pl.col("time") / TIME_UNITS - pl.lit(appeal.cast(pl.Float64)).gather("track_idx"),
        )
        .filter(pl.col("group") >= 0)
        .group_by("track_idx", "group")
        .agg(pl.col("more").sum(), hearings=pl.len())
    )
