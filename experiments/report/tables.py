"""Playbacks -> sessions -> users: the tables that every figure of the report is taken from."""

import polars as pl

SKIPPED = 0.2
"""A track heard no further than this counts as skipped, as in the recommender's penalty."""


def session_table(rows: pl.LazyFrame, artists: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """Return one row per session of ordered playbacks.

    Columns: the key (user, session, run), start (ms), closed, tracks, time, skips, first_listened,
    latency_ms and latencies (sum and count), artists (where `artists` maps track to artist). The order is
    kept, so that sums are made in one order and a report is the same to the last digit.
    """
    listened = pl.col("time") > SKIPPED
    figures = [
        pl.col("timestamp").first().alias("start"),
        pl.col("is_last").any().alias("closed"),
        pl.len().cast(pl.Int64).alias("tracks"),
        pl.col("time").sum(),
        (~listened).sum().cast(pl.Int64).alias("skips"),
        listened.first().cast(pl.Int64).alias("first_listened"),
        (pl.col("latency") * 1000).sum().alias("latency_ms"),
        pl.col("latency").count().cast(pl.Int64).alias("latencies"),
    ]
    if artists is not None:
        rows = rows.join(artists, on="track", how="left", maintain_order="left")
        figures.append(pl.col("artist").drop_nulls().n_unique().cast(pl.Int64).alias("artists"))
    return rows.group_by("user", "session", "run", maintain_order=True).agg(figures)


def user_table(sessions: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row per user, with a column for every metric that has the user as its unit.

    `time` and `sessions` are sums over the user's sessions; `mean_request_latency`, `skip_rate` and
    `listened_after_first` means over their tracks; the others means over their sessions. What a user has no
    track for is null.
    """
    after_first = pl.col("tracks").sum() - pl.len()
    listened = pl.col("tracks").sum() - pl.col("skips").sum() - pl.col("first_listened").sum()
    metrics = {
        "time": pl.col("time").sum(),
        "sessions": pl.len().cast(pl.Float64),
        "mean_request_latency": _share(pl.col("latency_ms").sum(), pl.col("latencies").sum()),
        "mean_tracks_per_session": pl.col("tracks").mean(),
        "mean_time_per_session": pl.col("time").mean(),
        "skip_rate": pl.col("skips").sum() / pl.col("tracks").sum(),
        "listened_after_first": _share(listened, after_first),
    }
    if "artists" in sessions.collect_schema():
        metrics["artists_per_session"] = pl.col("artists").mean()
    return sessions.group_by("user", maintain_order=True).agg(**metrics)


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)
