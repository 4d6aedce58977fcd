"""Pairs of all portions added up, and each row's best partners among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray
from pyspark import Broadcast
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it

from preprocessing.indexed import USERS
from preprocessing.partners import Choice, Partners, rank
from preprocessing.similar_users import likers
from preprocessing.spark.findings import SCHEMA, as_frame, column, numbers
from preprocessing.spark.portion import SIMILAR, pairs

BLOCK_ROWS = 2**12
TOP = "most similar"


@dataclass(frozen=True, slots=True)
class Ranking:
    """How the rows of one name are ranked."""

    n: int
    choice: Choice


def user_pairs(items: DataFrame, n_users: int, lag: int, buckets: int) -> DataFrame:
    """Return the pairs of users who share an item.

    Args:
        items: By ``name``: ``a`` a user of all, ``b`` an item, ``value`` the user's first artist.
        n_users: Of all.
        lag: Users of one item that each is compared with.
        buckets: Tasks that the items of each name are spread over.
    """

    def pair(table: pa.Table) -> pa.Table:
        likes = as_frame(table)
        name = likes["name"][0]
        users, local = np.unique(likes["a"].to_numpy(), return_inverse=True)
        _, item = np.unique(likes["b"].to_numpy(), return_inverse=True)
        first_artist = np.empty(len(users), dtype=np.int32)
        first_artist[local] = likes["value"].to_numpy()
        members = likers(local, item, first_artist, n_users)
        return pa.Table.from_batches(list(pairs(name, 0, members, len(users), lag, users.__getitem__)))

    return items.groupBy("name", F.pmod("b", F.lit(buckets))).applyInArrow(pair, SCHEMA)


def summed(found: DataFrame) -> DataFrame:
    """Return the pairs with equal ones added up."""
    return found.groupBy("name", "a", "b").agg(F.sum("value").alias("value"))


def ranked(
    found: DataFrame, rankings: Broadcast[Mapping[str, Ranking]], portion_starts: Broadcast[NDArray[np.int64]]
) -> DataFrame:
    """Return the best partners as chunks of blocks of rows, ``<name>.indices`` and ``<name>.scores``, and ``TOP``.

    Args:
        found: Pairs, summed; a row's pair with itself is its norm.
        rankings: By name.
        portion_starts: First user of each portion.
    """
    norms = found.where("a = b").select("name", F.col("a").alias("row"), F.col("value").alias("norm"))
    with_norms = found.where("a <> b").alias("p")
    for key in ("a", "b"):
        own = norms.select(F.col("name"), F.col("row").alias(key), F.col("norm").alias(f"norm_{key}"))
        with_norms = with_norms.join(own, ["name", key])

    def best(table: pa.Table) -> Iterator[pa.RecordBatch]:
        frame = as_frame(table).sort(pl.len().over("a"), "a", descending=[True, False])
        name, block = frame["name"][0], frame["a"][0] // BLOCK_ROWS
        n, choice = rankings.value[name].n, rankings.value[name].choice
        row, partner, weight = (frame[key].to_numpy() for key in ("a", "b", "value"))
        root_a, root_b = (np.sqrt(frame[f"norm_{key}"].to_numpy().astype(np.float64)) for key in ("a", "b"))
        rows, kept = rank(row, partner, weight, root_a * root_b, n, choice)
        first = block * BLOCK_ROWS
        partners = Partners.none(min(BLOCK_ROWS, n - first), choice.k)
        partners.put(rows - first, kept)
        yield from column(f"{name}.indices", block, partners.indices)
        yield from column(f"{name}.scores", block, partners.scores)
        if name == SIMILAR:
            at, place = np.nonzero(kept.indices[:, :USERS] >= 0)
            most = pl.DataFrame({"a": rows[at], "b": place, "value": kept.indices[at, place]})
            portion = np.searchsorted(portion_starts.value, rows[at], side="right") - 1
            for (number,), part in most.with_columns(portion=portion).group_by("portion"):
                yield from numbers(TOP, int(number), *part.select("a", "b", "value").get_columns())

    def task(table: pa.Table) -> pa.Table:
        return pa.Table.from_batches(list(best(table)))

    blocks = with_norms.groupBy("name", F.floor(F.col("a") / BLOCK_ROWS))
    return blocks.applyInArrow(task, SCHEMA)
