"""What is found in a portion of the log that holds whole users: everything that is made user by user."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray
from pyspark import Broadcast, TaskContext

from preprocessing import popularity, profiles
from preprocessing.indexed import FAVOURITES_OF_USER, heads
from preprocessing.ingest import numbered
from preprocessing.kin import ways_of
from preprocessing.neighbours import heard_together
from preprocessing.pairs import summed_pairs
from preprocessing.parameters import Parameters
from preprocessing.pipeline import in_sessions
from preprocessing.portions import of_portions
from preprocessing.ragged import to_ragged
from preprocessing.schemas import MESSAGES
from preprocessing.sessions import by_user_and_time
from preprocessing.settled import NEEDED
from preprocessing.similar_users import first_artists, likes
from preprocessing.spark.findings import as_frame, chunk, column, number, numbers
from preprocessing.tombstones import remembered
from preprocessing.windows import Members

Batches = Iterator[pa.RecordBatch]

TOGETHER, SIMILAR, FANS, HEADS, EVENTS = "together", "similar", "fans", "heads", "events"
USERS, SESSIONS, PLAYBACKS, NEWEST = "users", "sessions", "playbacks", "newest session"
FORGOTTEN, REPEATED = "forgotten", "repeated_request"
ROWS = 2**20  # of the log in a portion, about


@dataclass(frozen=True, slots=True)
class PortionTask:
    """The work on one partition; users are numbered from 0 in each."""

    track_artist: Broadcast[NDArray[np.int32]]
    parameters: Parameters

    def __call__(self, batches: Batches) -> Batches:
        """Yield the findings, see ``findings.SCHEMA``."""
        held = list(batches)
        if not held:
            return
        context = TaskContext.get()
        assert context is not None  # noqa: S101 - this is a task
        portion = context.partitionId()
        rows = as_frame(held).with_columns(pl.col("message").cast(MESSAGES))
        left = remembered(rows)
        yield from number(FORGOTTEN, portion, len(rows) - len(left))
        if left.is_empty():
            return
        ordered, user_ids = numbered(left)
        events, repeated = in_sessions(by_user_and_time(ordered), self.parameters)
        yield from column("user_ids", portion, user_ids)
        yield from number(REPEATED, portion, repeated)
        yield from number(USERS, portion, len(user_ids))
        yield from number(PLAYBACKS, portion, len(events))
        yield from number(SESSIONS, portion, int(events["opens"].sum()))
        yield from number(NEWEST, portion, int(events.filter("opens")["timestamp"].to_numpy().max()))
        yield from self._of_tracks(events, portion)
        yield from self._of_users(events, len(user_ids), portion)
        data = io.BytesIO()
        events.select(NEEDED).write_ipc(data, compression="lz4")
        yield from chunk(EVENTS, portion, data.getvalue())

    def _of_tracks(self, events: pl.DataFrame, portion: int) -> Batches:
        sums = popularity.sums_of(events.lazy()).collect().filter(pl.col("plays") > 0)
        for name in popularity.SUMS:
            yield from numbers(name, portion, sums["track_idx"], 0, sums[name])
        members, n_tracks = heard_together(events.lazy()), len(self.track_artist.value)
        yield from pairs(TOGETHER, portion, members, n_tracks, self.parameters.neighbour_lag)

    def _of_users(self, events: pl.DataFrame, n_users: int, portion: int) -> Batches:
        artist = pl.Series(self.track_artist.value)
        opened, liked, disliked, artists, disliked_artists, only_liked, liking = of_portions(
            events, "user_idx", lambda some: profiles.lists(some, artist, self.parameters)
        )
        for name, frame in zip(profiles.COLUMNS, (opened, liked, disliked, artists), strict=True):
            yield from column(name, portion, to_ragged(frame, n_users))
        first = heads(to_ragged(liked, n_users), FAVOURITES_OF_USER, np.arange(n_users))
        user, place = np.nonzero(first >= 0)
        yield from numbers(HEADS, portion, user, place, first[user, place])
        fans = profiles.fans(liking, self.parameters.fans)
        yield from numbers(FANS, portion, *fans.get_columns())
        first_artist = first_artists(artists, n_users)
        ways = ways_of(only_liked, disliked, artists, disliked_artists)
        for way, items in (ways | {SIMILAR: likes(ways["liked_tracks"], artists)}).items():
            users, item = items.get_columns()
            yield from numbers(way, portion, users, item, first_artist[users.to_numpy()])


def pairs(
    name: str, portion: int, members: Members, n: int, lag: int, of: Callable[[NDArray[np.int64]], object] = np.asarray
) -> Batches:
    """Yield the summed pairs of some cells, and as a row's pair with itself its norm.

    Args:
        name: Of the finding.
        portion: That it is of.
        members: Of the cells.
        n: Number of rows.
        lag: See ``summed_pairs``.
        of: From rows to the keys of the findings.
    """
    norms = members.norms(n)
    rows = np.flatnonzero(norms)
    yield from numbers(name, portion, of(rows), of(rows), norms[rows])
    for some in summed_pairs(members, n, lag):
        yield from numbers(name, portion, of(some.row), of(some.partners), some.weights)
