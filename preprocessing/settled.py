"""The settled part of a log, from which is learned what takes all events at once.

That learning costs more than all else, and of a large log not all is learned from anyway: taste comes from a sample of
n playbacks. So a larger log is learned from up to the time by which it had reached the last of the sizes n, n (1 + g),
n (1 + g)^2, ... that it has. When that was, the log itself tells: who runs every day and who runs once learn from the
same events, and the runs of the next days find what was learned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing import popularity
from preprocessing.all_events import OfAllEvents, from_all_events
from preprocessing.artifacts import Ragged
from preprocessing.learned_before import LearnedBefore, key_of
from preprocessing.parameters import Parameters
from preprocessing.progress import Reporter
from preprocessing.ragged import to_ragged

# Columns of the events.
NEEDED = ("user_idx", "session_idx", "track_idx", "time", "timestamp", "opens", "first_hearing")
_UNKNOWN = {"user_group": -1, "user_demand": 0.0, "user_sharpness": 1.0}  # of a user who has come since


@dataclass(frozen=True, slots=True)
class Settled:
    """The settled events of a log: all of a small one."""

    events: pl.DataFrame  # without when they were, where they are not all
    users: NDArray[np.int32] | None  # their rows among all users, by their rows in these events; None: the same
    playbacks: int  # of the whole log


def settle(events: pl.DataFrame, parameters: Parameters) -> Settled:
    """Return the settled events of a log in sessions, its columns NEEDED, which is not needed further.

    Of a larger log they are the first by time, all of the last one's millisecond among them. Their users and sessions
    are numbered by themselves, so that those who have come since move nothing.
    """
    n = len(events)
    if n < parameters.taste_playbacks:
        return Settled(events, None, n)
    size = settled_size(n, parameters)
    times = events["timestamp"].to_numpy(writable=True)
    times.partition(size - 1)
    until = int(times[size - 1])
    del times
    first = events.lazy().filter(pl.col("timestamp") <= until).drop("timestamp").collect()
    is_new = pl.col("user_idx").ne_missing(pl.col("user_idx").shift())
    numbered = first.with_columns(
        (is_new.cum_sum() - 1).cast(pl.Int32).alias("user_idx"), session_idx=pl.col("opens").cum_sum()
    )
    return Settled(numbered, first.filter(is_new)["user_idx"].to_numpy(), n)


def from_settled_events(
    settled: Settled,
    tracks: pl.DataFrame,
    artist_tracks: Ragged,
    n_users: int,
    parameters: Parameters,
    reporter: Reporter,
    before: LearnedBefore | None = None,
) -> OfAllEvents:
    """Return what ``from_all_events`` makes of settled events, with a row for each user of the log.

    Args:
        settled: See ``settle``.
        tracks: See ``from_all_events``.
        artist_tracks: See ``from_all_events``.
        n_users: Number of users of the log.
        parameters: Sizes.
        reporter: Shows the progress.
        before: What the run before learned from settled events; what this one learns takes its place.
    """
    events, users = settled.events, settled.users
    if users is None:
        if before:
            before.forget()
        return from_all_events(events, tracks, artist_tracks, n_users, parameters, reporter)
    with reporter.stage("learned before") as stage:
        key = key_of(events, tracks["artist_idx"], parameters)
        made = before.find(key) if before else None
        stage.note = f"{'all' if made else 'nothing'} of what {len(events):,} of {settled.playbacks:,} playbacks teach"
    if made is None:
        theirs = _with_popularity(tracks, events, parameters)
        lists = to_ragged(popularity.by_artist(theirs.lazy()).collect(), len(artist_tracks))
        made = from_all_events(events, theirs, lists, len(users), parameters, reporter)
        if before:
            before.keep(key, made)
    columns = dict(made.columns)
    for name, unknown in _UNKNOWN.items():
        of_users = np.asarray(made.columns[name])
        of_all = np.full(n_users, unknown, dtype=of_users.dtype)
        of_all[users] = of_users
        columns[name] = of_all
    return OfAllEvents(columns, made.taste)


def settled_size(n: int, parameters: Parameters) -> int:
    """Return how many of n playbacks are settled: the first ones, by time; n is what taste is learned from, or more."""
    size = parameters.taste_playbacks
    while (larger := size + max(int(size * parameters.settled_growth), 1)) <= n:
        size = larger
    return size


def _with_popularity(tracks: pl.DataFrame, events: pl.DataFrame, parameters: Parameters) -> pl.DataFrame:
    """Return the tracks with the popularity that they have in some events."""
    bare, sums = tracks.lazy().select("track_idx", "artist_idx"), popularity.sums_of(events.lazy())
    return popularity.with_popularity(bare, sums, parameters.track_prior, parameters.artist_prior).collect()
