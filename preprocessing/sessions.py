"""Sessions: a user's run of playbacks, in the order of time whatever the order of the files."""

from __future__ import annotations

import polars as pl

_REQUEST = ("user_idx", "session", "position", "request")


def without_repeats(events: pl.LazyFrame) -> pl.LazyFrame:
    """Return the events with each request once, the earliest: a client that timed out may send again."""
    named = pl.col("request").is_not_null()
    first = pl.struct(_REQUEST).is_first_distinct()
    return events.filter(~named | first)


def in_order(events: pl.DataFrame) -> pl.DataFrame:
    """Return the events sorted by user, session and time; every column takes part, so that no tie is left.

    A ``last`` comes after a ``next`` of the same millisecond.
    """
    order = ("user_idx", "session", "timestamp", "position", "message", "track_idx", "time", "request")
    # Logs of other services lack three of them; a column of nulls orders nothing but costs as much.
    return events.sort([column for column in order if events[column].count()])


def with_sessions(events: pl.LazyFrame, gap_s: int) -> pl.LazyFrame:
    """Return sorted events with ``session_idx``, ``opens`` (the first of its session) and ``first_hearing``.

    Rows that name their session belong to it. The others are a user's run by time, closed by a ``last`` row
    or by a silence of more than ``gap_s`` seconds.
    """
    previous_user = pl.col("user_idx").shift()
    previous_session = pl.col("session").shift()
    closed = (pl.col("message").shift() == "last") | (pl.col("timestamp").diff() > gap_s * 1000)
    opens = (
        pl.col("user_idx").ne_missing(previous_user)
        | pl.col("session").ne_missing(previous_session)
        | (pl.col("session").is_null() & closed)
    )
    # A repeat within a session says little about taste: listeners skip what they have just heard.
    hearing = pl.col("session_idx").cast(pl.UInt64) * 2**32 + pl.col("track_idx").cast(pl.UInt64)
    return (
        events.with_columns(opens=opens)
        .with_columns(session_idx=pl.col("opens").cum_sum())
        .with_columns(first_hearing=hearing.is_first_distinct())
        .select("user_idx", "session_idx", "track_idx", "time", "timestamp", "opens", "first_hearing")
    )
