"""Newer artifacts, without dropping a request: loaded beside the old ones, checked, and switched to, or refused."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from app.metrics import Metrics
from app.pace import Pace
from app.state import Live
from preprocessing.artifacts import ArtifactError, load

logger = logging.getLogger(__name__)
Mark = tuple[str, int, int] | None


class Reloader:
    """Watches what ``current`` leads to, and serves it.

    Args:
        live: What requests are answered from.
        metrics: Told what is served.
    """

    def __init__(self, live: Live, metrics: Metrics) -> None:
        self._live = live
        self._metrics = metrics
        self._settings = live.state.settings.artifacts
        mark, version = _mark(self._settings.path), live.state.artifacts.manifest.version
        # Not where another one came while the first was loaded.
        self._tried = mark if live.refused or (mark is not None and Path(mark[0]).name == version) else None
        metrics.serve(live.state.artifacts.manifest)
        self._under_way: asyncio.Task[None] | None = None

    async def watch(self) -> None:
        """Look every ``reload_check_s`` whether another version should be served, until cancelled."""
        while True:
            await asyncio.sleep(self._settings.reload_check_s)
            if await asyncio.to_thread(_mark, self._settings.path) != self._tried:
                await self.reload()

    def begin(self) -> asyncio.Task[None]:
        """Begin to serve what ``current`` leads to now; who asks while that is under way shares it."""
        if self._under_way is None:
            self._under_way = asyncio.create_task(self._reload())
        return self._under_way

    async def reload(self) -> None:
        """Return when what ``current`` leads to is served or refused."""
        await asyncio.shield(self.begin())

    async def _reload(self) -> None:
        live, path = self._live, self._settings.path
        try:
            mark = await asyncio.to_thread(_mark, path)
            if mark == self._tried and not live.refused:
                return  # it is served
            self._tried = mark
            artifacts = await asyncio.to_thread(load, path, verify=self._settings.verify, pause=Pace())
        except ArtifactError as error:
            live.refused = str(error)
            live.refusals += 1
            version = live.state.artifacts.manifest.version
            logger.error("newer artifacts are refused, and version %s goes on: %s", version, error)
        else:
            live.state, live.refused = live.state.with_artifacts(artifacts), ""
            live.loaded += 1
            self._metrics.serve(artifacts.manifest)
            logger.warning("version %s of the artifacts is served", artifacts.manifest.version)
        finally:
            self._under_way = None


def _mark(path: Path) -> Mark:
    """Return what tells one version from another without reading it; None where there is none that can be read."""
    try:
        folder = (path if (path / "manifest.json").is_file() else path / "current").resolve()
        found = (folder / "manifest.json").stat()
    except (OSError, RuntimeError):  # before Python 3.13 a link that leads to itself is the latter
        return None
    return str(folder), found.st_ino, found.st_mtime_ns
