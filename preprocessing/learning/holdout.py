"""Which sessions are learned from, and which newest ones judge what was learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

import polars as pl

from preprocessing.pipeline import Source
from preprocessing.schemas import TIME_UNITS


@dataclass(frozen=True, slots=True)
class Heard:
    """A session in external ids, in which any version can look it up."""

    user: int | str
    tracks: Sequence[int | str]
    times: Sequence[float]


@dataclass(frozen=True, slots=True)
class Split:
    """A source to fit, and sessions that opened after all of its own."""

    fitted: Source
    held_out: list[Heard]


def opening_times(source: Source) -> pl.Series:
    """Return when each session opened, milliseconds since the epoch, ascending."""
    return source.events.filter("opens")["timestamp"].sort()


def split(source: Source, held_out: int) -> Split:
    """Hold out that many of the newest sessions, of all but the first; fewer where several opened at the cut."""
    openings = opening_times(source)
    cut = openings[max(len(openings) - held_out - 1, 0)]
    opened = pl.col("timestamp").filter("opens").first().over("session_idx")
    events = source.events.with_columns(newest=opened > cut)
    newest = events.filter("newest").group_by("session_idx", maintain_order=True).agg("user_idx", "track_idx", "time")
    user_ids, track_ids = source.user_ids, source.catalogue.ids
    heard = [
        Heard(user_ids[users[0]], [track_ids[track] for track in tracks], [time / TIME_UNITS for time in times])
        for _, users, tracks, times in newest.iter_rows()
    ]
    return Split(replace(source, events=events.filter(~pl.col("newest")).drop("newest")), heard)


def held_out_size(new: int, share: float, least: int) -> int | None:
    """Return how many sessions to hold out of the new ones: a share, at least so many; None: they are too few."""
    return max(ceil(share * new), least) if new >= 2 * least else None
