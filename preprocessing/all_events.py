"""What is made of all events at once: groups of users, and the taste model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from preprocessing.artifacts import Ragged, TasteNumbers
from preprocessing.factors import user_factors
from preprocessing.groups import describe_groups, group_users
from preprocessing.parameters import Parameters
from preprocessing.progress import Reporter
from preprocessing.taste import learn_taste


@dataclass(frozen=True, slots=True)
class OfAllEvents:
    """Columns of the artifacts, and the numbers of the taste model."""

    columns: Mapping[str, NDArray[Any] | Ragged]
    taste: TasteNumbers | None


def from_all_events(
    events: pl.DataFrame, tracks: pl.DataFrame, n_artists: int, n_users: int, parameters: Parameters, reporter: Reporter
) -> OfAllEvents:
    """Return it, the same on any number of cores.

    Args:
        events: The log in sessions; of its columns, ``timestamp`` is not needed.
        tracks: ``track_idx``, ``artist_idx``, ``plays`` and ``appeal``, in the order of the rows.
        n_artists: Number of artists.
        n_users: Number of users.
        parameters: Sizes.
        reporter: Shows the progress.
    """
    # With one thread, linear algebra adds in one order. On matrices as small as these a second one only burns CPU.
    with threadpool_limits(limits=1, user_api="blas"):
        lazy, artist = events.lazy(), tracks["artist_idx"]
        with reporter.stage("user groups"):
            vectors = user_factors(lazy, tracks["appeal"], artist, n_users, n_artists, parameters.user_factors)
            n_groups = parameters.user_groups
            of_user = group_users(vectors, n_groups)
            groups = describe_groups(lazy, of_user, tracks, n_groups, parameters.indexed_length, parameters.neighbours)
        with reporter.stage("taste") as stage:
            learned = learn_taste(
                events,
                artist.to_numpy(),
                n_artists,
                n_users,
                dimension=parameters.taste_dimension,
                kin=parameters.artist_kin,
                advance=stage.advance,
            )
            if learned.numbers is not None:
                loss, plain = learned.numbers.log_loss, learned.numbers.mean_log_loss
                stage.note = f"log loss {loss:.4f}, of the mean alone {plain:.4f}"
    columns = {
        "user_group": groups.of_user,
        "group_tracks": groups.tracks,
        "group_neighbours": groups.neighbours,
        **learned.columns,
    }
    return OfAllEvents(columns, learned.numbers)
