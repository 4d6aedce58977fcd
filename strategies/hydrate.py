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
    found = artifacts.track_ids.find_all(session.tracks)
    tracks = [row for row in found if row is not None]
    times = list(session.times)
    if len(tracks) < len(found):
        times = [time for row, time in zip(found, times, strict=True) if row is not None]
    heard: dict[int, Reason] = {
        row: "skipped" if time <= skip_threshold else "heard" for row, time in zip(tracks, times, strict=True)
    }
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
