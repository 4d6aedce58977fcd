"""From raw events to playbacks that can be counted: bad rows out, sessions told apart."""

import json
from dataclasses import dataclass

import polars as pl

from experiments.report.log import Log

_LATEST_MS = 253_402_300_799_999  # the last of the year 9999, which is as far as dates can be written
_LONGEST_ANSWER_S = 3600.0
# A latency beyond this, or below 0, was never measured and is left out of the means.


@dataclass(frozen=True, slots=True)
class Playbacks:
    """The good rows of a log, ordered by user and time, each in its session.

    Columns: user, session (text id or null), run (the session's number where there is no id), timestamp (ms),
    is_last, track, time, latency (s), recommendation, strategy, experiments (a key of `assignments`, or unreadable).
    """

    rows: pl.DataFrame
    assignments: dict[str, dict[str, str]]  # the text in `experiments` -> experiment -> treatment
    excluded: dict[str, int]  # a sentence's subject -> rows


def playbacks(log: Log) -> Playbacks:
    """Sort the log, number the sessions and drop, counted by rule, what is no playback.

    A session is told by its id where the log has one. Elsewhere it is a user's run of rows up to and
    including the one whose message is "last"; that is settled before rows are dropped, so that a bad row
    still ends its session.
    """
    is_event = (
        pl.col("message").is_in(["next", "last"])
        & pl.col("user").is_not_null()
        & pl.col("timestamp").is_between(0, _LATEST_MS)
    )
    good_time = pl.col("time").is_between(0, 1).fill_null(value=False)
    closes_run = (pl.col("message") == "last") & pl.col("session").is_null()
    run = closes_run.cum_sum().cast(pl.UInt32) - closes_run.cast(pl.UInt32)
    rows = (
        log.events.lazy()
        .filter(is_event)
        .sort("user", "timestamp", maintain_order=True)
        .select(
            "user",
            "session",
            pl.when(pl.col("session").is_null()).then(run).alias("run"),
            "timestamp",
            (pl.col("message") == "last").alias("is_last"),
            "track",
            "time",
            pl.when(pl.col("latency").is_between(0, _LONGEST_ANSWER_S)).then("latency"),
            "recommendation",
            "strategy",
            "experiments",
            "position",
        )
        .filter(good_time)
        .collect()
    )
    heard = rows.height
    rows = _once(rows)
    texts = {text: _parse(text) for text in rows["experiments"].drop_nulls().unique()}
    unreadable = [text for text, assigned in texts.items() if assigned is None]
    events = log.events.select(is_event.sum()).item()
    counts = {
        "lines that are not complete JSON": log.broken_lines,
        "events of users who asked to be forgotten": log.forgotten,
        "rows without a user, a timestamp or a message of next or last": log.events.height - events,
        "rows whose time is not a number from 0 to 1": events - heard,
        "rows that repeat a request, as a client that timed out sends it again": heard - rows.height,
        "rows whose experiments are not an object": rows.select(pl.col("experiments").is_in(unreadable).sum()).item(),
    }
    return Playbacks(
        rows,
        {text: assigned for text, assigned in texts.items() if assigned is not None},
        {rule: count for rule, count in counts.items() if count},
    )


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with each playback of a session once; a log without positions is returned as it is."""
    if not rows["position"].count():
        return rows.drop("position")
    placed = pl.col("session").is_not_null() & pl.col("position").is_not_null()
    first = pl.struct("session", "position", "track", "time").is_first_distinct()
    return rows.filter(~placed | first).drop("position")


def _parse(text: str) -> dict[str, str] | None:
    try:
        entries = json.loads(text)
    except ValueError:
        return None
    if not isinstance(entries, dict):
        return None
    return {name: str(treatment) for name, treatment in entries.items() if treatment is not None}
