"""What groups of users hear, and tracks that the same groups hear."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from preprocessing.artifacts import Ragged
from preprocessing.best import best_places
from preprocessing.indexed import heads
from preprocessing.portions import by_portion
from preprocessing.ragged import to_ragged
from preprocessing.schemas import TIME_UNITS

Labels = NDArray[np.int32]
Floats = NDArray[np.float32]

_PRIOR = 5.0  # first hearings by a group that its mean is shrunk by
_CANDIDATES = 1024  # most played tracks that are looked at as neighbours, beside those of the same artist
_OF_ARTIST = 10  # tracks of the same artist that are looked at, the most appealing ones
_AT_ONCE = 1024  # tracks whose neighbours are sought at a time
_ROWS_AT_ONCE = 2**20  # hearings, or numbers of vectors, that are worked on at a time


def first_hearings(events: pl.LazyFrame, appeal: pl.Series) -> pl.DataFrame:
    """Return ``user_idx``, ``track_idx`` and how much ``more`` was heard than the track's appeal.

    Args:
        events: The log in sessions.
        appeal: Of each track.
    """
    more = pl.col("time") / TIME_UNITS - pl.lit(appeal.cast(pl.Float64)).gather("track_idx")
    return events.filter("first_hearing").select("user_idx", "track_idx", more=more).collect()


def group_lists(hearings: pl.DataFrame, of_user: Labels, appeal: pl.Series, n_groups: int, length: int) -> Ragged:
    """Return per group the tracks that it hears longest, by the mean fraction shrunk toward the track's appeal.

    Args:
        hearings: See ``first_hearings``.
        of_user: The users' groups.
        appeal: Of each track.
        n_groups: Number of groups.
        length: Tracks listed per group.
    """

    def listed(of_groups: pl.LazyFrame) -> pl.LazyFrame:
        heard = pl.col("more") / (pl.col("hearings") + _PRIOR) + pl.lit(appeal).gather("track_idx")
        return (
            of_groups.select("group", *(pl.lit(hearings[name]).gather("row") for name in ("track_idx", "more")))
            .group_by("group", "track_idx")
            .agg(pl.col("more").sum(), hearings=pl.len())
            .select("group", "track_idx", heard=heard)
            .sort("group", "heard", "track_idx", descending=[False, True, False])
            .filter(pl.int_range(pl.len()).over("group") < length)
            .select("group", "track_idx")
        )

    # Only where a hearing stands is sorted: of a large log, two copies of the hearings would not fit.
    grouped = (
        hearings.lazy()
        .select(group=pl.lit(pl.Series(of_user)).gather("user_idx"))
        .with_row_index("row")
        .filter(pl.col("group") >= 0)
        .sort("group", maintain_order=True)
        .collect()
    )
    (found,) = by_portion(grouped, "group", listed)
    return to_ragged(found, n_groups)


def group_neighbours(
    hearings: pl.DataFrame, of_user: Labels, tracks: pl.DataFrame, artist_tracks: Ragged, n_groups: int, k: int
) -> NDArray[np.int32]:
    """Return the tracks that are heard by the same groups as each track, (n_tracks, k), best first, -1 pads.

    A track is a vector of how much more of it each group hears than its appeal, shrunk by five hearings toward the
    same of its artist, which is shrunk toward 0. Neighbours are near by cosine, among the most played tracks and
    those of the artist; of equally near ones the most played, then the artist's most appealing come first.

    Args:
        hearings: See ``first_hearings``.
        of_user: The users' groups, few and large.
        tracks: ``track_idx``, ``artist_idx``, ``plays`` and ``appeal``, in the order of the rows.
        artist_tracks: Of each artist, the most appealing first.
        n_groups: Number of groups.
        k: Neighbours per track.

    Source: Gelman et al., Bayesian Data Analysis, chapter 5, for means within means.
    """
    n_tracks, artist_of = len(tracks), tracks["artist_idx"].to_numpy()
    unit = _directions(hearings, of_user, artist_of, len(artist_tracks), n_groups)
    played = tracks.filter(pl.col("plays") > 0).sort("plays", "track_idx", descending=[True, False])["track_idx"]
    popular = played.to_numpy()[:_CANDIDATES]
    of_artist = heads(artist_tracks, _OF_ARTIST, np.arange(len(artist_tracks)))
    found, known = np.full((n_tracks, k), -1, dtype=np.int32), np.flatnonzero(unit.any(axis=1))
    for start in range(0, len(known), _AT_ONCE):
        rows = known[start : start + _AT_ONCE]
        own = of_artist[artist_of[rows]]
        to_own = np.einsum("rd,rcd->rc", unit[rows], unit[own])
        to_own[(own < 0) | (own == rows[:, None])] = 0
        to_popular = unit[rows] @ unit[popular].T
        to_popular[artist_of[popular] == artist_of[rows][:, None]] = 0  # they stand among the artist's, or not at all
        cosines = np.concatenate([to_popular, to_own], axis=1)
        best = best_places(cosines, min(k, cosines.shape[1]))
        of_own = np.take_along_axis(own, np.maximum(best - len(popular), 0), axis=1)
        partner = np.where(best < len(popular), popular[np.minimum(best, len(popular) - 1)], of_own)
        found[rows, : best.shape[1]] = np.where(np.take_along_axis(cosines, best, axis=1) > 0, partner, -1)
    return found


def _directions(
    hearings: pl.DataFrame, of_user: Labels, artist_of: NDArray[np.int32], n_artists: int, n_groups: int
) -> Floats:
    """Return the vectors of tracks, of length 1 or zeros, (n_tracks, n_groups).

    A large log has so many tracks that all is done in place, some rows at a time.
    """
    n_tracks = len(artist_of)
    more, heard = (np.zeros((n_tracks, n_groups), dtype=np.float32) for _ in range(2))
    for part in hearings.iter_slices(_ROWS_AT_ONCE):
        group = of_user[part["user_idx"].to_numpy()]
        cell = part["track_idx"].to_numpy().astype(np.int64) * n_groups + group
        grouped = group >= 0
        np.add.at(more.reshape(-1), cell[grouped], part["more"].to_numpy()[grouped].astype(np.float32))
        np.add.at(heard.reshape(-1), cell[grouped], np.float32(1))
    one = np.ones(n_tracks, dtype=np.float32)
    tracks_of = csr_array((one, (artist_of, np.arange(n_tracks))), shape=(n_artists, n_tracks))
    of_artists = (tracks_of @ more) / (tracks_of @ heard + _PRIOR)
    for start in range(0, n_tracks, _ROWS_AT_ONCE // n_groups):
        rows = slice(start, start + _ROWS_AT_ONCE // n_groups)
        means = more[rows]
        means += _PRIOR * of_artists[artist_of[rows]]
        means /= heard[rows] + _PRIOR
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        np.divide(means, lengths, out=means, where=lengths > 0)
    return more
