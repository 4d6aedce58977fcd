"""From a session in external ids to a query in dense rows: slices of mapped arrays, no I/O."""

from __future__ import annotations

from preprocessing.artifacts import Artifacts
from strategies.base import Query, Reason
from strategies.session import Session, UserId


def hydrate(
    session: Session,
    user: UserId,
    artifacts: Artifacts,
    *,
    skip_threshold: float,
    seed: int,
    wanted: int = 1,
) -> Query:
    """Return the query that a session poses.

    Tracks that have left the catalogue since they were heard are passed over.

    Args:
        session: The live session, its latest playback included.
        user: External id.
        artifacts: Catalogue and profiles.
        skip_threshold: A fraction listened of at most this is a skip.
        seed: With the user, the session and the position it seeds the query's ``rng``.
        wanted: Length of the queue that is asked for.
    """
    tracks: list[int] = []
    times: list[float] = []
    heard: dict[int, Reason] = {}
    for row, time in zip(artifacts.track_ids.find_all(session.tracks), session.times, strict=True):
        if row is not None:
            tracks.append(row)
            times.append(time)
            heard.pop(row, None)  # so that the order is that of the latest hearing
            heard[row] = "skipped" if time <= skip_threshold else "heard"
    user_row = artifacts.user_ids.find(user)
    excluded = heard
    if user_row is not None:
        excluded = dict.fromkeys(artifacts.user_disliked.row(user_row), "disliked")
        excluded.update(heard)
    return Query(
        artifacts=artifacts,
        user=user_row,
        tracks=tracks,
        times=times,
        anchor=artifacts.track_ids.find(session.anchor),
        position=session.position,
        penalised=session.penalised,
        excluded=excluded,
        wanted=wanted,
        rng_seed=f"{seed}:{user}:{session.id}:{session.position}",
    )
