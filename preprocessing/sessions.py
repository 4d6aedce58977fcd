"""Sessions: a user's run of playbacks, in the order of time whatever the order of the files."""

from __future__ import annotations

import polars as pl

_KEY = "user_and_time"
_REQUEST = ("user_idx", "session", "position", "request")


def without_repeats(events: pl.DataFrame) -> pl.DataFrame:
    """Return the events with each request once, the earliest: a client that timed out may send again."""
    named = pl.col("request").is_not_null()
    if not events["request"].count():
        return events
    first = pl.struct(_REQUEST).is_first_distinct()
    return events.filter(~named | first)


def by_user_and_time(events: pl.DataFrame) -> pl.DataFrame:
    """Return the events sorted by user and time, which is all that most logs need; ties are left as they are.

    Both are packed into one number, several times as fast as sorting by columns. Where 64 bits do not hold them,
    the time is cut to what does, and ``in_order`` finds more ties.
    """
    if events.is_empty():
        return events.with_columns(pl.lit(0, dtype=pl.UInt64).alias(_KEY))
    first, last = events["timestamp"].min(), events["timestamp"].max()
    assert isinstance(first, int)  # noqa: S101 - the dtype is Int64 and there are rows
    assert isinstance(last, int)  # noqa: S101
    time_bits = max((last - first).bit_length(), 1)
    most = 64 - max(int(events["user_idx"].max()).bit_length(), 1)  # type: ignore[arg-type]
    time = (pl.col("timestamp") - first) // 2 ** max(time_bits - most, 0)
    key = pl.col("user_idx").cast(pl.UInt64) * 2 ** min(time_bits, most) + time.cast(pl.UInt64)
    return events.lazy().with_columns(key.alias(_KEY)).sort(_KEY).collect()


def in_order(events: pl.DataFrame) -> pl.DataFrame:
    """Return events that ``by_user_and_time`` sorted in the one order that leaves no tie.

    By user, session, time and then every column. A ``last`` comes after a ``next`` of the same millisecond.
    """
    order = ("user_idx", "session", "timestamp", "position", "message", "track_idx", "time", "request")
    # Logs of other services lack three of them; a column of nulls orders nothing but costs as much.
    held = [column for column in order if events[column].count()]
    if "session" in held or (events[_KEY].diff() == 0).any():
        events = events.sort(held)
    return events.drop(_KEY)


def with_sessions(events: pl.LazyFrame, gap_s: int) -> pl.LazyFrame:
    """Return sorted events of whole users with ``session_idx``, ``opens`` and ``first_hearing``.

    ``opens`` is true for the first of a session. Rows that name their session belong to it. The others are a
    user's run by time, closed by a ``last`` row or by a silence of more than ``gap_s`` seconds.
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
