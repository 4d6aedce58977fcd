"""What needs more than a portion: groups and taste, in one task of all events; lists, which look at similar users."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray
from pyspark import Broadcast
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it
from rich.console import Console

from preprocessing.artifacts import Ragged
from preprocessing.indexed import FAVOURITES_OF_USER, USERS, Candidates, joined, users_at_once
from preprocessing.parameters import Parameters
from preprocessing.progress import Reporter
from preprocessing.settled import from_settled_events, settle
from preprocessing.spark.findings import SCHEMA, as_frame, chunk, chunks_of, column
from preprocessing.spark.partners import TOP
from preprocessing.spark.portion import EVENTS, HEADS

Batches = Iterator[pa.RecordBatch]
TASTE_NUMBERS = "taste numbers"
_PROFILES = ("user_favourites", "user_disliked", "user_favourite_artists")


@dataclass(frozen=True, slots=True)
class AllEventsTask:
    """Groups and taste, from the portions' events, in one task."""

    tracks: Broadcast[pl.DataFrame]
    artist_tracks: Broadcast[Ragged]
    users_before: Broadcast[NDArray[np.int64]]  # of each portion
    n_users: int
    parameters: Parameters

    def __call__(self, batches: Batches) -> Batches:
        """Yield the columns."""
        portions: dict[int, pl.DataFrame] = {}
        for batch in batches:
            for portion, data in zip(
                batch.column("portion").to_pylist(), batch.column("data").to_pylist(), strict=True
            ):
                portions[portion] = pl.read_ipc(io.BytesIO(data))
        events, sessions = list[pl.DataFrame](), 0
        for portion in sorted(portions):
            frame = portions.pop(portion)
            first_user = int(self.users_before.value[portion])
            events.append(frame.with_columns(pl.col("user_idx") + first_user, pl.col("session_idx") + sessions))
            sessions += int(frame["opens"].sum())
        made = from_settled_events(
            settle(pl.concat(events), self.parameters),
            self.tracks.value,
            self.artist_tracks.value,
            self.n_users,
            self.parameters,
            Reporter(Console(file=io.StringIO())),
        )
        for name, part in made.columns.items():
            yield from column(name, 0, part)
        if made.taste is not None:
            yield from chunk(TASTE_NUMBERS, 0, made.taste.model_dump_json().encode())


def all_events(found: DataFrame, task: AllEventsTask) -> DataFrame:
    """Return the columns that are made of all events."""
    return found.where(F.col("name") == EVENTS).select("portion", "data").coalesce(1).mapInArrow(task, SCHEMA)


def personal_lists(
    found: DataFrame,
    top: DataFrame,
    first_users: DataFrame,
    candidates: Broadcast[Candidates],
    length: int,
) -> DataFrame:
    """Return the chunks of ``user_indexed``.

    Args:
        found: Findings of the portions.
        top: Findings that hold the users most like each, ``TOP``.
        first_users: ``portion`` and ``first_user``.
        candidates: What lists are made from beside profiles.
        length: Of a list at most.
    """
    heads = (
        found.where(F.col("name") == HEADS)
        .join(F.broadcast(first_users), "portion")
        .select(
            (F.col("a") + F.col("first_user")).alias("other"), F.col("b").alias("place"), F.col("value").alias("track")
        )
    )
    similar = (
        top.where(F.col("name") == TOP)
        .withColumnRenamed("value", "other")
        .join(heads, "other")
        .join(F.broadcast(first_users), "portion")
        .select("portion", (F.col("a") - F.col("first_user")).alias("user"), "b", "place", "track")
    )
    names = [f"{profile}.{part}" for profile in _PROFILES for part in ("lengths", "values")]
    profiles = found.where(F.col("name").isin(names)).select("name", "portion", "data")
    both = profiles.groupBy("portion").cogroup(similar.groupBy("portion"))
    return both.applyInArrow(_list_task(candidates, length), SCHEMA)


def _list_task(candidates: Broadcast[Candidates], length: int) -> Callable[[pa.Table, pa.Table], pa.Table]:
    def make(profiles: pa.Table, similar: pa.Table) -> pa.Table:
        frame, near = as_frame(profiles), as_frame(similar)
        portion = frame["portion"][0]
        favourites, disliked, artists = (_ragged(frame, name) for name in _PROFILES)
        n_users = len(favourites)
        from_similar = np.full((n_users, USERS, FAVOURITES_OF_USER), -1, dtype=np.int32)
        user, other, place, track = (near[key].to_numpy() for key in ("user", "b", "place", "track"))
        from_similar[user, other, place] = track
        lists = [
            candidates.value.lists(users, favourites, disliked, artists, from_similar[users], length)
            for users in users_at_once(n_users)
        ]
        return pa.Table.from_batches(list(column("user_indexed", portion, joined(lists))))

    return make


def _ragged(frame: pl.DataFrame, name: str) -> Ragged:
    lengths, values = chunks_of(frame, {f"{name}.lengths": "int64", f"{name}.values": "int32"}).values()
    return Ragged(np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)]), values)
