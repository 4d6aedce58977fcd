"""Findings of the portions that are merged to a few numbers per track and artist."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it

from preprocessing import profiles
from preprocessing.popularity import SUMS
from preprocessing.spark.findings import as_frame

_FANS = "artist_idx long, user_idx long, liking long"


def sums_of_tracks(found: DataFrame) -> pl.DataFrame:
    """Return ``track_idx`` and the sums of each track that was heard, see ``popularity.sums_of``."""
    sums = found.where(F.col("name").isin(*SUMS)).groupBy(F.col("a").cast("int").alias("track_idx"))
    each = [F.sum(F.when(F.col("name") == name, F.col("value"))).alias(name) for name in SUMS]
    return as_frame(sums.agg(*each).toArrow())


def fans_of_artists(found: DataFrame, k: int, tasks: int) -> pl.DataFrame:
    """Return the k users who like each artist most, see ``profiles.fans``.

    Args:
        found: ``a`` an artist, ``b`` a user of all, ``value`` the liking.
        k: Users per artist.
        tasks: That the artists are spread over.
    """

    def best(table: pa.Table) -> pa.Table:
        liking = as_frame(table).select(artist_idx="a", user_idx="b", liking="value")
        return profiles.fans(liking, k).to_arrow()

    merged = found.select("a", "b", "value").groupBy(F.pmod("a", F.lit(tasks))).applyInArrow(best, _FANS)
    return profiles.fans(as_frame(merged.toArrow()), k)
