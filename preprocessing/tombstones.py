"""Who asked to be forgotten: the one rule for everything that reads a log."""

from __future__ import annotations

import polars as pl


def remembered(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that came after their user's latest tombstone, and those of users without one.

    A tombstone is a row whose ``message`` is "forget"; it is left out too.

    Args:
        rows: Of a log: ``message``, ``user``, ``timestamp`` and any others.
    """
    tombstones = rows.filter(pl.col("message") == "forget")
    if tombstones.is_empty():
        return rows
    until = tombstones.group_by("user").agg(forgotten=pl.col("timestamp").max())
    later = pl.col("forgotten").is_null() | (pl.col("timestamp") > pl.col("forgotten"))
    return rows.join(until, on="user", how="left", maintain_order="left").filter(later).drop("forgotten")
