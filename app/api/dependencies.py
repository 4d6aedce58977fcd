"""What endpoints ask for by type."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request

from app.api.examples import TRACKS, USER_DESCRIPTION, USERS
from app.metrics import Metrics
from app.parse import parse_track
from app.reload import Reloader
from app.state import Live, State
from strategies.session import TrackId, UserId


async def _state(request: Request) -> State:
    state: State = request.scope["state"]["segue"].state
    return state


async def _live(request: Request) -> Live:
    live: Live = request.scope["state"]["segue"]
    return live


async def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.scope["state"]["metrics"]
    return metrics


async def _reloader(request: Request) -> Reloader:
    reloader: Reloader = request.scope["state"]["reloader"]
    return reloader


StateDep = Annotated[State, Depends(_state)]
LiveDep = Annotated[Live, Depends(_live)]
ReloaderDep = Annotated[Reloader, Depends(_reloader)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]


async def _user(
    state: StateDep, user: Annotated[str, Path(description=USER_DESCRIPTION, openapi_examples=USERS)]
) -> UserId:
    return state.admit(user)


async def _track(
    state: StateDep, track: Annotated[str, Path(description="A track of the catalogue.", openapi_examples=TRACKS)]
) -> TrackId:
    return parse_track(track, state.artifacts)


UserDep = Annotated[UserId, Depends(_user)]
TrackDep = Annotated[TrackId, Depends(_track)]
