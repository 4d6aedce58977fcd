"""What groups of users hear, and tracks that the same groups hear."""

from __future__ import annotations

from dataclasses import dataclass

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
            of_groups.group_by("group", "track_idx")
            .agg(pl.col("more").sum(), hearings=pl.len())
            .select("group", "track_idx", heard=heard)
            .sort("group", "heard", "track_idx", descending=[False, True, False])
            .filter(pl.int_range(pl.len()).over("group") < length)
            .select("group", "track_idx")
        )

    grouped = (
        hearings.lazy()
        .select("track_idx", "more", group=pl.lit(pl.Series(of_user)).gather("user_idx"))
        .filter(pl.col("group") >= 0)
        .sort("group", maintain_order=True)
        .collect()
    )
    (found,) = by_portion(grouped, "group", listed)
    return to_ragged(found, n_groups)


@dataclass(frozen=True, slots=True)
class _Heard:
    more: Floats  # (n, n_groups), summed
    hearings: Floats  # (n, n_groups)

    def means(self, toward: Floats | float) -> Floats:
        """Return the mean of each row and group, shrunk."""
        means: Floats = (self.more + _PRIOR * toward) / (self.hearings + _PRIOR)
        return means


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
    means = _means(hearings, of_user, artist_of, len(artist_tracks), n_groups)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    unit = np.divide(means, lengths, out=np.zeros_like(means), where=lengths > 0)
    played = tracks.filter(pl.col("plays") > 0).sort("plays", "track_idx", descending=[True, False])["track_idx"]
    popular = played.to_numpy()[:_CANDIDATES]
    of_artist = heads(artist_tracks, _OF_ARTIST, np.arange(len(artist_tracks)))
    found, known = np.full((n_tracks, k), -1, dtype=np.int32), np.flatnonzero(lengths)
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


def _means(
    hearings: pl.DataFrame, of_user: Labels, artist_of: NDArray[np.int32], n_artists: int, n_groups: int
) -> Floats:
    """Return the vectors of tracks, (n_tracks, n_groups)."""
    n_tracks, group = len(artist_of), of_user[hearings["user_idx"].to_numpy()]
    grouped = group >= 0
    cell = hearings["track_idx"].to_numpy()[grouped].astype(np.int64) * n_groups + group[grouped]
    of_tracks = _Heard(*(np.zeros((n_tracks, n_groups), dtype=np.float32) for _ in range(2)))
    np.add.at(of_tracks.more.reshape(-1), cell, hearings["more"].to_numpy()[grouped].astype(np.float32))
    np.add.at(of_tracks.hearings.reshape(-1), cell, np.float32(1))
    one = np.ones(n_tracks, dtype=np.float32)
    tracks_of = csr_array((one, (artist_of, np.arange(n_tracks))), shape=(n_artists, n_tracks))
    of_artists = _Heard(tracks_of @ of_tracks.more, tracks_of @ of_tracks.hearings)
    return of_tracks.means(of_artists.means(0.0)[artist_of])
