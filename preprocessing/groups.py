"""What groups of users hear, and tracks that the same groups hear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.artifacts import Ragged
from preprocessing.best import best_places, falling
from preprocessing.entries import entries_of
from preprocessing.hearings import Hearings
from preprocessing.indexed import heads
from preprocessing.packed import mask, places
from preprocessing.portions import PORTION_ROWS
from preprocessing.runs import lengths_of, sorted_runs
from preprocessing.schemas import TIME_UNITS

Labels = NDArray[np.int32]
Floats = NDArray[np.float32]

_PRIOR = 5.0  # first hearings by a group that its mean is shrunk by
_CANDIDATES = 1024  # most played tracks that are looked at as neighbours, beside those of the same artist
_OF_ARTIST = 10  # tracks of the same artist that are looked at, the most appealing ones
_AT_ONCE = 256  # tracks whose neighbours are sought at a time
_ROWS_AT_ONCE = 2**15  # tracks whose vectors are worked on at a time


def group_lists(hearings: Hearings, of_user: Labels, appeal: pl.Series, n_groups: int, length: int) -> Ragged:
    """Return per group the tracks that it hears longest, by the mean fraction shrunk toward the track's appeal.

    Args:
        hearings: Of all users.
        of_user: The users' groups.
        appeal: Of each track.
        n_groups: Number of groups.
        length: Tracks listed per group.
    """
    members = np.argsort(of_user, kind="stable")[int(np.count_nonzero(of_user < 0)) :]
    group_of, usual = of_user[members], appeal.to_numpy()
    ends = np.cumsum(np.diff(hearings.offsets)[members])
    counts, lists = np.zeros(n_groups, np.int64), [np.zeros(0, np.int32)]
    start = 0
    while start < len(members):
        most = ends[start] + PORTION_ROWS
        last = group_of[min(int(np.searchsorted(ends, most)), len(members) - 1)]
        end = int(np.searchsorted(group_of, last, side="right"))
        groups, tracks = _listed(hearings, members[start:end], group_of[start:end], usual, length)
        counts += np.bincount(groups, minlength=n_groups)
        lists.append(tracks)
        start = end
    return Ragged(np.concatenate([[0], np.cumsum(counts)]), np.concatenate(lists))


def _listed(
    hearings: Hearings, users: NDArray[np.int64], group_of: Labels, usual: Floats, length: int
) -> tuple[Labels, NDArray[np.int32]]:
    """Return the groups and the tracks of the lists of some users' groups, one list after the other.

    Args:
        hearings: Of all users.
        users: All of their groups, group by group.
        group_of: Of these users.
        usual: Of each track, its appeal.
        length: Tracks listed per group.
    """
    rows, counts = hearings.rows(users)
    heard = entries_of(np.repeat(group_of, counts), hearings.track[rows], hearings.amount(rows))
    more = heard.total / TIME_UNITS - heard.rows
    fraction = (more / (heard.rows + _PRIOR) + usual[heard.item]).astype(np.float32)
    packed = (falling(fraction) << np.uint64(32)) | heard.item.astype(np.uint64)
    best = sorted_runs(packed, lengths_of(heard.owner))
    listed = places(heard.owner) < length
    return heard.owner[listed], (best[listed] & mask(32)).astype(np.int32)


def group_neighbours(
    hearings: Hearings, of_user: Labels, tracks: pl.DataFrame, artist_tracks: Ragged, n_groups: int, k: int
) -> NDArray[np.int32]:
    """Return the tracks that are heard by the same groups as each track, (n_tracks, k), best first, -1 pads.

    A track is a vector of how much more of it each group hears than its appeal, shrunk by five hearings toward the
    same of its artist, which is shrunk toward 0. Neighbours are near by cosine, among the most played tracks and
    those of the artist; of equally near ones the most played, then the artist's most appealing come first.

    Args:
        hearings: Of all users.
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
    to_popular, columns = np.ascontiguousarray(unit[popular].T), _Columns.of(artist_of[popular], len(artist_tracks))
    for start in range(0, len(known), _AT_ONCE):
        rows = known[start : start + _AT_ONCE]
        own = of_artist[artist_of[rows]]
        to_own = np.einsum("rd,rcd->rc", unit[rows], unit[own])
        to_own[(own < 0) | (own == rows[:, None])] = 0
        cosines = np.empty((len(rows), len(popular) + own.shape[1]), dtype=np.float32)
        np.matmul(unit[rows], to_popular, out=cosines[:, : len(popular)])
        cosines[:, len(popular) :] = to_own
        cosines[columns.of_artists(artist_of[rows])] = 0  # they stand among the artist's, or not at all
        best = best_places(cosines, min(k, cosines.shape[1]))
        of_own = np.take_along_axis(own, np.maximum(best - len(popular), 0), axis=1)
        partner = np.where(best < len(popular), popular[np.minimum(best, len(popular) - 1)], of_own)
        found[rows, : best.shape[1]] = np.where(np.take_along_axis(cosines, best, axis=1) > 0, partner, -1)
    return found


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns of some tracks, by artist."""

    starts: NDArray[np.int64]  # (n_artists,)
    counts: NDArray[np.int64]  # (n_artists,)
    column: NDArray[np.int64]

    @classmethod
    def of(cls, artist: NDArray[np.int32], n_artists: int) -> _Columns:
        counts = np.bincount(artist, minlength=n_artists)
        return cls(np.cumsum(counts) - counts, counts, np.argsort(artist, kind="stable"))

    def of_artists(self, artists: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the cells, as rows and columns, where a track is by the row's artist."""
        counts = self.counts[artists]
        row = np.repeat(np.arange(len(artists)), counts)
        place = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
        return row, self.column[self.starts[artists[row]] + place]


def _directions(
    hearings: Hearings, of_user: Labels, artist_of: NDArray[np.int32], n_artists: int, n_groups: int
) -> Floats:
    """Return the vectors of tracks, of length 1 or zeros, (n_tracks, n_groups).

    A large log has so many tracks that all is done in place, a group or some rows at a time.
    """
    n_tracks = len(artist_of)
    means = np.empty((n_tracks, n_groups), dtype=np.float32)
    for group in range(n_groups):
        of_group, _ = hearings.rows(np.flatnonzero(of_user == group))
        tracks = hearings.track[of_group]
        sums = np.bincount(tracks, hearings.more[of_group], n_tracks) / TIME_UNITS
        heard = np.bincount(tracks, minlength=n_tracks)
        of_artists = np.bincount(artist_of, sums, n_artists) / (np.bincount(artist_of, heard, n_artists) + _PRIOR)
        means[:, group] = (sums + _PRIOR * of_artists[artist_of]) / (heard + _PRIOR)
    for start in range(0, n_tracks, _ROWS_AT_ONCE):
        rows = means[start : start + _ROWS_AT_ONCE]
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        np.divide(rows, lengths, out=rows, where=lengths > 0)
    return means
