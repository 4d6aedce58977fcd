"""A listener's session as the store keeps it, in external ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from strategies.penalty import PenaltyRule

TrackId = int | str
UserId = int | str


@dataclass(slots=True)  # not frozen: docs/decisions/0094-what-is-made-for-every-song.md
class Playback:
    """One track heard, and the fraction of it that was listened to, 0 to 1."""

    track: TrackId
    time: float


@dataclass(slots=True)  # not frozen: docs/decisions/0094-what-is-made-for-every-song.md
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


def advance(
    session: Session | None,
    playback: Playback,
    penalty: PenaltyRule,
    *,
    new_session: str,
    now_ms: int,
    history_limit: int,
) -> Session:
    """Return the session after one more playback; the Redis script does the same and is tested against this.

    Args:
        session: As it was before; None: the playback starts one.
        playback: What was just heard.
        penalty: What counts as a skip, and how many are too many.
        new_session: The id of a session that starts here.
        now_ms: Since the epoch; the start of a session that starts here.
        history_limit: Playbacks kept, at least 2.
    """
    if session is None:
        count, penalised = penalty.count(0, playback.time)
        return Session(new_session, now_ms, playback.track, [playback.track], [playback.time], 0, count, penalised)
    count, penalised = penalty.count(session.penalty, playback.time)
    return Session(
        session.id,
        session.started_ms,
        session.anchor,
        [*session.tracks, playback.track][-history_limit:],
        [*session.times, playback.time][-history_limit:],
        session.position + 1,
        count,
        penalised,
    )
