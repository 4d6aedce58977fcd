"""A listener's session as the store keeps it, in external ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TrackId = int | str
UserId = int | str


@dataclass(frozen=True, slots=True)
class Playback:
    """One track heard, and the fraction of it that was listened to, 0 to 1."""

    track: TrackId
    time: float


@dataclass(frozen=True, slots=True)
class Session:
    """One user's run of playbacks, the latest included."""

    id: str
    started_ms: int  # since the epoch
    anchor: TrackId  # the track that the listener came with
    tracks: Sequence[TrackId]  # heard, oldest first; the oldest drop at the cap
    times: Sequence[float]  # fraction listened, beside ``tracks``
    position: int  # of the latest playback, 0-based, whatever the cap
    penalty: int  # skips in a row, as counted after the latest playback
    penalised: bool  # the latest playback brought the count to the maximum
