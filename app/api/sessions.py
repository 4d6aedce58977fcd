"""The live session of a user, and what the log knows of them."""

from __future__ import annotations

import asyncio
import time

from fastapi import APIRouter

from app.api.dependencies import StateDep, UserDep
from app.api.examples import errors
from app.api.paths import USER_ID
from app.errors import InvalidRequest, NoSession, NotForgotten, StoreAway, TooManyRequests
from app.schemas.listeners import Forgotten, SessionOut, UserOut
from app.schemas.playback import PlaybackOut
from app.sessions.store import StoreError
from app.tombstones import bury
from preprocessing.artifacts import Ragged

router = APIRouter(tags=["Sessions and users"])
REFUSALS = (InvalidRequest, TooManyRequests)
LISTED = 100  # entries of each list of a profile


@router.get(
    f"/sessions/{USER_ID}", summary="What has been heard in this session?", responses=errors(NoSession, *REFUSALS)
)
async def session(user: UserDep, state: StateDep) -> SessionOut:
    """Return the live session: what was heard, the penalty, the anchor, the treatment and the age."""
    live = await state.store.get(user)
    if live is None:
        raise NoSession(user)
    route = state.router.route(user)
    return SessionOut(
        user=user,
        session=live.id,
        anchor=live.anchor,
        position=live.position,
        playbacks=[PlaybackOut(track=t, time=x) for t, x in zip(live.tracks, live.times, strict=True)],
        penalty=live.penalty,
        max_penalty=state.settings.session.max_penalty,
        treatments=route.treatments,
        chain=route.chain.name,
        age_s=max(0.0, time.time() - live.started_ms / 1000),
    )


@router.delete(
    f"/sessions/{USER_ID}", summary="End the session", status_code=204, responses=errors(*REFUSALS, StoreAway)
)
async def end_session(user: UserDep, state: StateDep) -> None:
    """End the live session without a last playback, if there is one."""
    await state.store.delete(user)


@router.get(f"/users/{USER_ID}", summary="What does the log know of this user?", responses=errors(*REFUSALS))
async def user(user: UserDep, state: StateDep) -> UserOut:
    """Return a user's profile, the chain that serves them, and the treatment by which it does."""
    artifacts = state.artifacts
    row = artifacts.user_ids.find(user)

    def ids(lists: Ragged) -> list[int | str]:
        return [] if row is None else [artifacts.track_ids[track] for track in lists.row(row, LISTED)]

    artists = [] if row is None else artifacts.user_favourite_artists.row(row, LISTED)
    route = state.router.route(user)
    return UserOut(
        user=user,
        known=row is not None,
        first_tracks=ids(artifacts.user_first_tracks),
        favourites=ids(artifacts.user_favourites),
        disliked=ids(artifacts.user_disliked),
        favourite_artists=[artifacts.artist_names[artist] for artist in artists],
        treatments=route.treatments,
        chain=route.chain.name,
    )


@router.delete(f"/users/{USER_ID}", summary="Forget this user", responses=errors(*REFUSALS, NotForgotten))
async def forget(user: UserDep, state: StateDep) -> Forgotten:
    """End the user's live session now, and leave all their events so far out of the next artifacts.

    A tombstone in the log's folder says so to `make preprocess`. Until newer artifacts are served, the profile stays.
    """
    until_ms = time.time_ns() // 1_000_000
    try:
        await asyncio.to_thread(bury, state.settings.event_log.path, user, until_ms)
    except OSError as error:
        raise NotForgotten(f"nothing is forgotten, the log's folder takes no tombstone ({error}); try again") from error
    try:
        await state.store.delete(user)
    except StoreError as error:
        raise NotForgotten(
            "the events are left out from the next 'make preprocess' on, but the live session goes on, because "
            f"{error}; try again"
        ) from error
    return Forgotten(user=user, until_ms=until_ms)
