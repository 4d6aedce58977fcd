"""What is made of all events at once: factors of artists, groups of users, and the taste model."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from preprocessing.artifacts import Ragged, TasteNumbers
from preprocessing.artist_factors import artist_factors
from preprocessing.clusters import cluster, split
from preprocessing.factors import user_factors
from preprocessing.groups import group_lists, group_neighbours
from preprocessing.hearings import first_hearings
from preprocessing.parameters import Parameters
from preprocessing.progress import Reporter
from preprocessing.taste import learn_taste

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OfAllEvents:
    """Columns of the artifacts, and the numbers of the taste model."""

    columns: Mapping[str, NDArray[Any] | Ragged]
    taste: TasteNumbers | None


def from_all_events(
    events: pl.DataFrame,
    tracks: pl.DataFrame,
    artist_tracks: Ragged,
    n_users: int,
    parameters: Parameters,
    reporter: Reporter,
) -> OfAllEvents:
    """Return it, the same on any number of cores.

    Args:
        events: The log in sessions; when its playbacks were plays no part.
        tracks: ``track_idx``, ``artist_idx``, ``plays`` and ``appeal``, in the order of the rows.
        artist_tracks: Each artist's tracks, see ``popularity.by_artist``.
        n_users: Number of users.
        parameters: Sizes.
        reporter: Shows the progress.
    """
    # With one thread, linear algebra adds in one order. On matrices as small as these a second one only burns CPU.
    with threadpool_limits(limits=1, user_api="blas"):
        artist, n_artists = tracks["artist_idx"], len(artist_tracks)
        with reporter.stage("artist factors"):
            factors = artist_factors(events, artist, n_artists, parameters.artist_factors, parameters.factor_users)
        with reporter.stage("user groups"):
            groups = _groups(events, tracks, artist_tracks, n_users, parameters)
        with reporter.stage("taste") as stage:
            learned = learn_taste(
                events,
                artist.to_numpy(),
                n_artists,
                n_users,
                dimension=parameters.taste_dimension,
                kin=parameters.artist_kin,
                most=parameters.taste_playbacks,
                advance=stage.advance,
            )
            if learned.numbers is not None:
                loss, plain = learned.numbers.log_loss, learned.numbers.mean_log_loss
                stage.note = f"log loss {loss:.4f}, of the mean alone {plain:.4f}"
    return OfAllEvents({"artist_factors": factors, **groups, **learned.columns}, learned.numbers)


def _groups(
    events: pl.DataFrame, tracks: pl.DataFrame, artist_tracks: Ragged, n_users: int, parameters: Parameters
) -> dict[str, NDArray[Any] | Ragged]:
    """Return the columns of groups of users; the arguments are those of ``from_all_events``."""
    hearings = first_hearings(events, tracks["appeal"], n_users)
    vectors = user_factors(hearings, tracks["artist_idx"], len(artist_tracks), parameters.user_factors)
    wide = cluster(vectors, parameters.wide_groups)
    neighbours = group_neighbours(hearings, wide, tracks, artist_tracks, parameters.wide_groups, parameters.neighbours)
    close = split(vectors, wide, parameters.group_size)
    n_groups = int(close.max(initial=-1)) + 1
    if not n_groups:
        logger.warning("no user of the log heard more of one artist than of another: there are no groups of users")
    lists = group_lists(hearings, close, tracks["appeal"], n_groups, parameters.indexed_length)
    return {"user_group": close, "group_tracks": lists, "group_neighbours": neighbours}
