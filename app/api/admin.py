"""What an operator does to a running service."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.dependencies import LiveDep, ReloaderDep
from app.api.examples import errors
from app.errors import ArtifactsRefused
from app.schemas.health import Reloaded
from app.signals import tell_all_workers

router = APIRouter(prefix="/admin", tags=["Administration"])


@router.post("/reload", summary="Serve the newest artifacts", responses=errors(ArtifactsRefused))
async def reload(live: LiveDep, reloader: ReloaderDep) -> Reloaded:
    """Load what `current` leads to now, beside what is served, and go over to it; no request waits for that.

    Every worker does so, and the one that answers says what became of it. Without this call a worker notices a newer
    version by itself within a second.
    """
    await reloader.reload()
    tell_all_workers()
    if live.refused:
        raise ArtifactsRefused(live.refused)
    manifest = live.state.artifacts.manifest
    return Reloaded(version=manifest.version, made=manifest.created)
