"""Whether Segue lives, and how well it can answer."""

from __future__ import annotations

from importlib.metadata import version
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from app.api.dependencies import LiveDep
from app.api.player import to_player, wants_page
from app.schemas.health import Alive, Dependency, Ready
from app.sessions.failover import FailoverStore
from app.sessions.store import SessionStore, StoreError
from app.state import Live, State

router = APIRouter(tags=["Health"])
VERSION = version("segue")


@router.get("/", summary="Is anybody there?", response_model=Alive)
async def root(request: Request) -> Alive | RedirectResponse:
    """Say that the service is alive; a browser is sent to the player page."""
    return to_player() if wants_page(request) else Alive(version=VERSION)


@router.get("/health/live", summary="Does the process live?")
async def live() -> Alive:
    """Say that the process answers; nothing else is asked."""
    return Alive(version=VERSION)


@router.get("/health/ready", summary="Can it answer, and how well?")
async def ready(live: LiveDep) -> Ready:
    """Say how well Segue can answer, with a reason per dependency.

    A service whose store is away is degraded and still answers, so that this is no reason to take it out of
    rotation: the status is 200.
    """
    state = live.state
    dependencies = {
        "session_store": await _session_store(state.store),
        "artifacts": _artifacts(live),
        "event_log": _event_log(state),
    }
    degraded = any(dependency.status == "degraded" for dependency in dependencies.values())
    return Ready(status="degraded" if degraded else "ready", dependencies=dependencies)


async def _session_store(store: SessionStore) -> Dependency:
    reason = store.reason if isinstance(store, FailoverStore) else ""
    try:
        if not reason:
            await store.check()
    except StoreError as error:
        reason = str(error)
    if reason:
        return Dependency(status="degraded", reason=f"{reason}; sessions go on in each worker's memory")
    return Dependency(status="ok", reason="answers")


def _artifacts(live: Live) -> Dependency:
    served = f"version {live.state.artifacts.manifest.version}"
    if not live.refused:
        return Dependency(status="ok", reason=served)
    return Dependency(status="degraded", reason=f"{served} goes on, because the newer one is refused: {live.refused}")


def _event_log(state: State) -> Dependency:
    log = state.event_log
    status: Literal["ok", "degraded"] = "degraded" if log.waiting or log.lost else "ok"
    if status == "ok":
        return Dependency(status=status, reason=f"writes to {log.path.name}")
    return Dependency(status=status, reason=f"{log.waiting} events wait for the disk, {log.lost} are lost")
