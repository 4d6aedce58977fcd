"""How sessions look: how much is listened at each position, and how long they get."""

from dataclasses import dataclass

import polars as pl

from experiments.report.cohort import Cohort

LONGEST = 30
"""Positions beyond this are not shown, and sessions longer than this are counted as this long."""

_FEWEST = 5
_FEWEST_SHARE = 0.01  # of the sessions; a mean over fewer playbacks than both is noise and is not shown


@dataclass(frozen=True, slots=True)
class Shape:
    """One treatment's curve; `x` counts tracks from 1."""

    x: list[int]
    y: list[float]


def listened_by_position(cohort: Cohort) -> dict[str, Shape]:
    """Return each treatment's mean fraction listened at each position in the session, up to the 30th."""
    position = pl.int_range(1, pl.len() + 1).over("user", "session", "run").alias("x")
    sessions = cohort.sessions.lazy().group_by("treatment").agg(pl.len().alias("sessions"))
    table = (
        cohort.rows.lazy()
        .with_columns(position)
        .filter(pl.col("x") <= LONGEST)
        .group_by("treatment", "x")
        .agg(pl.col("time").mean().alias("y"), pl.len().alias("playbacks"))
        .join(sessions, on="treatment")
        .filter(pl.col("playbacks") >= pl.max_horizontal(_FEWEST, _FEWEST_SHARE * pl.col("sessions")))
        .sort("x")
        .collect()
    )
    return _shapes(cohort, table)


def session_lengths(cohort: Cohort) -> dict[str, Shape]:
    """Return each treatment's share of sessions by their number of tracks; the last stands for 30 or more."""
    length = pl.col("tracks").clip(upper_bound=LONGEST).alias("x")
    table = (
        cohort.sessions.lazy()
        .group_by("treatment", length)
        .agg(pl.len().alias("sessions"))
        .with_columns((pl.col("sessions") / pl.col("sessions").sum().over("treatment")).alias("y"))
        .sort("x")
        .collect()
    )
    return _shapes(cohort, table)


def _shapes(cohort: Cohort, table: pl.DataFrame) -> dict[str, Shape]:
    parts = {name: table.filter(pl.col("treatment") == name) for name in cohort.treatments}
    return {name: Shape(part["x"].to_list(), part["y"].to_list()) for name, part in parts.items()}
