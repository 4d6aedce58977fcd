"""Columns, types and row rules of the playback log."""

from __future__ import annotations

import polars as pl

# A fraction listened is kept as a whole number of these: integer sums are exact in any order.
TIME_UNITS = 10_000

# A row with "forget" is a tombstone: what the user did up to then is left out.
MESSAGES = pl.Enum(["next", "last", "forget"])

NEEDED_COLUMNS = ("message", "timestamp", "user", "track", "time")

# What each column of the log is read as. A value of another JSON type becomes null, and the rules see it.
# The exception are texts, which Polars also reads from numbers and booleans; see ``typed.read_text``.
LOG_SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
    "message": MESSAGES,
    "timestamp": pl.Float64,
    "user": pl.Int64,
    "track": pl.Int64,
    "time": pl.Float64,
    # Segue's own log has these as well.
    "session": pl.String,
    "position": pl.Int64,
    "request": pl.String,
}

# A dropped row is counted under the first rule that it breaks.
RULES: dict[str, str] = {
    "not_json": "the line is not a JSON object",
    "no_user": "the user is missing, or neither a 64-bit integer nor a text",
    "unusable_user": "the user is an empty text, longer than 256 characters or holds control characters",
    "unknown_message": "the message is neither 'next' nor 'last' nor 'forget'",
    "no_timestamp": "the timestamp is missing, not a number, or not in milliseconds since 1970",
    "forgotten": "the user asked to be forgotten at a later time, or the row is that request",
    "unknown_track": "the track is missing or not in the catalogue",
    "bad_time": "the time is missing, not a number or outside 0 to 1",
    "other_user_type": "the user is an integer where most are texts, or the other way round",
    "repeated_request": "the request was logged before, at the same position of the same session",
}

# What to do where a rule leaves nothing of a log. A log without a usable value in a column is told before.
REMEDIES: dict[str, str] = {
    "not_json": "it should hold one JSON object per line",
    "no_user": "name who listened by an integer or a text",
    "unusable_user": "name who listened by a text that is short and printable",
    "unknown_message": "the last playback of a session is a 'last', any other a 'next'",
    "no_timestamp": "write milliseconds since 1970, not seconds, microseconds or texts",
    "unknown_track": "name the catalogue that has the tracks of this log, with ids of the same type",
    "bad_time": "write the fraction of the track that was heard, 1 for all of it, not percent or seconds",
}

LONGEST_ID = 256
# March 1973 and the year 5138. Seconds are before and microseconds beyond, so a log in the wrong unit is told, not
# misread.
EARLIEST_TIMESTAMP_MS, LATEST_TIMESTAMP_MS = 100_000_000_000, 100_000_000_000_000


def is_timestamp() -> pl.Expr:
    """Return whether a row's ``timestamp`` can be one in milliseconds."""
    return pl.col("timestamp").is_between(EARLIEST_TIMESTAMP_MS, LATEST_TIMESTAMP_MS).fill_null(value=False)


def is_usable_text(text: pl.Expr) -> pl.Expr:
    """Return whether a text can be an id: 1 to 256 characters, no control characters."""
    return text.str.len_chars().is_between(1, LONGEST_ID) & ~text.str.contains(r"\p{Cc}")


def obeys_rules() -> pl.Expr:
    """Return whether a row is a playback of a user known by a number that breaks no rule, as nearly all are.

    It says of a block in a tenth of the time whether ``broken_rule`` has to look at it. Needs the same columns.
    """
    return (
        pl.col("user").is_not_null()
        & pl.col("message").is_not_null()
        & is_timestamp()
        & pl.col("track_idx").is_not_null()
        & pl.col("time").is_between(0, 1).fill_null(value=False)
    )


def broken_rule() -> pl.Expr:
    """Return the first rule that a row breaks, or null for a row that is kept.

    Needs ``message``, ``timestamp``, ``user``, ``user_text``, ``track_idx`` and ``time``. The rules that take
    more than one row to decide (``other_user_type``, ``repeated_request``) are applied later.
    """
    user, user_text = pl.col("user"), pl.col("user_text")
    return (
        pl.when(user.is_null() & user_text.is_null())
        .then(pl.lit("no_user"))
        .when(user.is_null() & ~is_usable_text(user_text))
        .then(pl.lit("unusable_user"))
        .when(pl.col("message").is_null())
        .then(pl.lit("unknown_message"))
        .when(~is_timestamp())
        .then(pl.lit("no_timestamp"))
        .when(pl.col("message") == "forget")
        .then(None)  # is kept until all files are read
        .when(pl.col("track_idx").is_null())
        .then(pl.lit("unknown_track"))
        # Not a number compares as greater than any number, and so is outside.
        .when(~pl.col("time").is_between(0, 1).fill_null(value=False))
        .then(pl.lit("bad_time"))
        .otherwise(None)
    )
