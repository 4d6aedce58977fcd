"""What all portions found, and how their users are numbered among all."""

from __future__ import annotations

import numpy as np
import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it

from preprocessing.spark import portion
from preprocessing.spark.findings import as_frame

_SUMMARY = (
    portion.USERS,
    portion.SESSIONS,
    portion.PLAYBACKS,
    portion.NEWEST,
    portion.FORGOTTEN,
    portion.REPEATED,
)


class Portions:
    """The findings of the portions; portion after portion their users are those of the whole, in order."""

    def __init__(self, spark: SparkSession, found: DataFrame, n: int) -> None:
        self.found = found
        chosen = found.where(F.col("name").isin(*_SUMMARY)).select("name", "portion", "value")
        self._summary = as_frame(chosen.toArrow())
        users = np.zeros(n, dtype=np.int64)
        counts = self._summary.filter(pl.col("name") == portion.USERS)
        users[counts["portion"].to_numpy()] = counts["value"].to_numpy()
        self.n_users = int(users.sum())
        self.starts = np.cumsum(users) - users  # (n,), the first user of each portion
        self.first_users = spark.createDataFrame(
            [(number, int(start)) for number, start in enumerate(self.starts)], "portion int, first_user long"
        )

    @property
    def newest(self) -> int | None:
        """When the newest session opened; None: there is none."""
        newest = self._summary.filter(pl.col("name") == portion.NEWEST)["value"].max()
        assert newest is None or isinstance(newest, int)  # noqa: S101 - the dtype is Int64
        return newest

    @property
    def text_ids(self) -> bool:
        """Whether users' ids are texts."""
        return bool(self.found.where(F.col("name") == "user_ids.lengths").limit(1).count())

    def total(self, name: str) -> int:
        """Return a number of the portions' summaries, added up."""
        return int(self._summary.filter(pl.col("name") == name)["value"].sum())

    def globally(self, key: str) -> DataFrame:
        """Return the findings with a key that is a user's row in the portion as the row among all users."""
        numbered = self.found.join(F.broadcast(self.first_users), "portion")
        return numbered.withColumn(key, F.col(key) + F.col("first_user")).drop("first_user")
