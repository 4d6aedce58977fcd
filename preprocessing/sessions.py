"""Sessions: a user's run of playbacks, in the order of time whatever the order of the files."""

from __future__ import annotations

import polars as pl

from preprocessing.packed import grouped

_REQUEST = ("user_idx", "session", "position", "request")


def without_repeats(events: pl.DataFrame) -> pl.DataFrame:
    """Return the events with each request once, the earliest: a client that timed out may send again."""
    named = pl.col("request").is_not_null()
    if not events["request"].count():
        return events
    first = pl.struct(_REQUEST).is_first_distinct()
    return events.filter(~named | first)


def by_user_and_time(events: pl.DataFrame) -> pl.DataFrame:
    """Return the events sorted by user and time, which is all that most logs need; ties are left as they are."""
    if not events["timestamp"].is_sorted():
        return _by_key(events)
    # Nearly all logs are written in the order of time: grouping by user leaves it.
    users = events["user_idx"].to_numpy()
    by_user = pl.Series(grouped(users, int(users.max(initial=0)) + 1)).cast(pl.UInt32)
    # Column by column, each in one piece: out of many pieces each row is sought.
    return pl.DataFrame([column.rechunk().gather(by_user) for column in events.get_columns()])


def _by_key(events: pl.DataFrame) -> pl.DataFrame:
    """Return the events sorted by user and time.

    Both are packed into one number, several times as fast as sorting by columns. Where 64 bits do not hold them,
    the time is cut to what does, and ``in_order`` finds what is not in order.
    """
    first, last = events["timestamp"].min(), events["timestamp"].max()
    assert isinstance(first, int)  # noqa: S101 - the dtype is Int64 and there are rows
    assert isinstance(last, int)  # noqa: S101
    time_bits = max((last - first).bit_length(), 1)
    most = 64 - max(int(events["user_idx"].max()).bit_length(), 1)  # type: ignore[arg-type]
    time = (pl.col("timestamp") - first) // 2 ** max(time_bits - most, 0)
    key = pl.col("user_idx").cast(pl.UInt64) * 2 ** min(time_bits, most) + time.cast(pl.UInt64)
    return events.lazy().sort(key).collect()


def in_order(events: pl.DataFrame) -> pl.DataFrame:
    """Return events that ``by_user_and_time`` sorted in the one order that leaves no tie.

    By user, session, time and then every column. A ``last`` comes after a ``next`` of the same millisecond.
    """
    order = ("user_idx", "session", "timestamp", "position", "message", "track_idx", "time", "request")
    # Logs of other services lack three of them; a column of nulls orders nothing but costs as much.
    held = [column for column in order if events[column].count()]
    same_user, later = pl.col("user_idx").diff() == 0, pl.col("timestamp").diff() > 0
    if "session" in held or events.select((same_user & ~later).any()).item():
        return events.sort(held)
    return events


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
