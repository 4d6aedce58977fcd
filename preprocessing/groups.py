"""Groups of users who hear the same, what each group hears, and tracks that the same groups hear."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.artifacts import Ragged
from preprocessing.partners import Choice, Partners, rank
from preprocessing.schemas import TIME_UNITS

logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]

_SEED = 0  # of the first centres
_ROUNDS = 20
_PRIOR = 5.0  # first hearings by a group that its mean is shrunk by, toward the track's appeal
_CANDIDATES = 1024  # most played tracks, the only ones that are looked at as neighbours
_AT_ONCE = 1024  # tracks whose neighbours are sought at a time
_ONE = np.ones(1)  # the product of the norms of two unit vectors


@dataclass(frozen=True, slots=True)
class Groups:
    """Who is in which group, and what each hears."""

    of_user: NDArray[np.int32]  # (n_users,), -1: nothing is known of the user
    tracks: Ragged  # per group, the tracks that it hears longest
    neighbours: NDArray[np.int32]  # (n_tracks, k), -1 pads


def group_users(vectors: Floats, n_groups: int) -> NDArray[np.int32]:
    """Return each user's group by k-means over vectors of length 1; -1 for a vector of zeros.

    Source: Lloyd (1982), with cosines as Dhillon and Modha's (2001) spherical k-means has them.
    """
    known = np.flatnonzero(vectors.any(axis=1))
    groups = np.full(len(vectors), -1, dtype=np.int32)
    if not len(known):
        logger.warning("no user of the log heard more of one artist than of another: there are no groups of users")
        return groups
    points = vectors[known]
    chosen = np.random.default_rng(_SEED).permutation(len(known))[:n_groups]
    centres = points[chosen]
    for _ in range(_ROUNDS):
        nearest = np.argmax(points @ centres.T, axis=1)
        sums = np.stack([np.bincount(nearest, column, len(centres)) for column in points.T], axis=1)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, np.finfo(float).tiny), centres)
    groups[known] = np.argmax(points @ centres.T, axis=1)
    return groups


def describe_groups(
    events: pl.LazyFrame, of_user: NDArray[np.int32], tracks: pl.DataFrame, n_groups: int, length: int, k: int
) -> Groups:
    """Return what each group hears, and the tracks that are heard by the same groups.

    A track is a vector of its mean fraction heard by each group, shrunk toward its appeal, less that appeal:
    sum of (fraction - appeal) / (hearings + 5). Neighbours are near by cosine, among the most played tracks;
    ties are broken by row.

    Args:
        events: The log in sessions; first hearings count.
        of_user: The users' groups.
        tracks: ``track_idx``, ``plays`` and ``appeal``, in the order of the rows.
        n_groups: Number of groups.
        length: Tracks listed per group.
        k: Neighbours per track.
    """
    appeal, n_tracks = tracks["appeal"].cast(pl.Float64), len(tracks)
    heard = (
        events.filter("first_hearing")
        .select(
            "track_idx",
            group=pl.lit(pl.Series(of_user)).gather("user_idx"),
            more=pl.col("time") / TIME_UNITS - pl.lit(appeal).gather("track_idx"),
        )
        .filter(pl.col("group") >= 0)
        .group_by("track_idx", "group")
        .agg(more=pl.col("more").sum() / (pl.len() + _PRIOR))
        .sort("track_idx", "group")
        .collect()
    )
    means = np.zeros((n_tracks, n_groups), dtype=np.float32)
    means[heard["track_idx"].to_numpy(), heard["group"].to_numpy()] = heard["more"].to_numpy()
    expected = heard.with_columns(heard=pl.col("more") + pl.lit(appeal).gather("track_idx"))
    lists = (
        expected.sort("group", "heard", "track_idx", descending=[False, True, False])
        .group_by("group", maintain_order=True)
        .head(length)
    )
    of_group = [lists.filter(pl.col("group") == group)["track_idx"].to_list() for group in range(n_groups)]
    played = tracks.filter(pl.col("plays") > 0).sort("plays", "track_idx", descending=[True, False])
    return Groups(of_user, Ragged.of(of_group), _neighbours(means, played["track_idx"].to_numpy()[:_CANDIDATES], k))


def _neighbours(means: NDArray[np.float32], candidates: NDArray[np.int32], k: int) -> NDArray[np.int32]:
    n, found = len(means), Partners.none(len(means), k)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    unit = np.divide(means, lengths, out=np.zeros_like(means), where=lengths > 0)
    heard = np.flatnonzero(lengths)
    kept = min(k, len(candidates) - 1)
    place_of = np.full(n, -1)
    place_of[candidates] = np.arange(len(candidates))
    for start in range(0, len(heard), _AT_ONCE) if kept > 0 else ():
        tracks = heard[start : start + _AT_ONCE]
        cosines = unit[tracks] @ unit[candidates].T
        own = np.flatnonzero(place_of[tracks] >= 0)
        cosines[own, place_of[tracks[own]]] = 0
        # Several times as fast as to ask for the places of the best; what equals the worst of them is sorted out after.
        least = np.partition(cosines, -kept, axis=1)[:, -kept:][:, :1]
        row, place = np.nonzero((cosines >= least) & (cosines > 0))
        rank(tracks[row], candidates[place], cosines[row, place], _ONE, n, Choice(k, shrinkage=0.0)).write(found)
    return found.indices
