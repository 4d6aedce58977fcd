"""A service with two workers and a store, under load, with handles to everything that can be broken."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families
from redis.exceptions import RedisError

from preprocessing.artifacts import load
from preprocessing.artifacts.write import remove_old
from tests.faults.load import Load
from tests.service import Service
from tests.stores import client

HEALTHY_WITHIN_S = 60.0
LEVELS = {  # of a service in which all is well
    "segue_workers": 2,
    "segue_store_open_circuits": 0,
    "segue_degraded_sessions": 0,
    "segue_event_log_waiting_events": 0,
    "segue_artifacts_refused_now": 0,
}


class Scene:
    """What a fault happens to.

    Args:
        folder: Of the service.
        version: What it serves a copy of.
        url: Of the store; empty: the embedded one.
    """

    def __init__(self, folder: Path, version: Path, url: str = "") -> None:
        self.folder, self.artifacts, self.url = folder, folder / "artifacts", url
        self._version = version
        artifacts = load(version)
        self._tracks = [int(artifacts.track_ids[row]) for row in range(artifacts.n_tracks)]
        self.publish()
        self.service = self._start(0)
        self.port = int(self.service.http.base_url.port or 0)
        self.load: Load

    def _start(self, port: int) -> Service:
        return Service(
            self.folder,
            self.artifacts,
            SEGUE_SERVER__WORKERS="2",
            SEGUE_SERVER__PORT=str(port),
            SEGUE_SERVER__CHAIN="segue",
            SEGUE_REDIS__URL=self.url,
            SEGUE_REDIS__RETRY_AFTER_S="1",
        )

    def start_again(self) -> None:
        """Start the service anew, where the first one has stopped."""
        self.service.http.close()
        self.service = self._start(self.port)

    def play(self, listeners: int, length: int, name: str, rate_per_s: float = 0) -> Load:
        """Return listeners to this catalogue, as ``Load`` takes them."""
        self.load = Load(self.port, self._tracks, listeners, length, name, rate_per_s)
        return self.load

    def store(self) -> int:
        """Return the process of the store."""
        with client(self.url or self.service.store.url) as redis:
            return int(redis.info("server")["process_id"])

    def workers(self) -> list[int]:
        """Return the processes of the workers."""
        children = Path(f"/proc/{self.service.process.pid}/task/{self.service.process.pid}/children").read_text()
        named = {int(file.name.split("-")[2]) for file in (self.folder / "log").glob("*.jsonl")}
        return sorted(named & set(map(int, children.split())))

    def primary(self) -> int:
        """Return the process of the store's primary, of a cluster's first node; 0 while none is known."""
        hosts = self.url.partition("://")[2].partition("/")[0].split(",")
        with client(f"redis://{hosts[0]}") as first:
            if "cluster" in self.url:
                return int(first.info("server")["process_id"])
            host, port = first.sentinel_get_master_addr_by_name("segue") or ("", 0)
        try:
            with client(f"redis://{host}:{port}") as redis:
                return int(redis.info("server")["process_id"])
        except RedisError:
            return 0

    def publish(self, *, keep: int = 3, current: bool = True) -> Path:
        """Publish another copy of the version, and remove all but the newest ones."""
        now = datetime.now(UTC)
        folder = self.artifacts / f"{now:%Y%m%dT%H%M%S}.{now.microsecond:06d}Z-00000000"
        building = self.artifacts / f".{folder.name}.building"
        shutil.copytree(self._version, building)
        manifest = json.loads((building / "manifest.json").read_text())
        (building / "manifest.json").write_text(json.dumps(manifest | {"version": folder.name}))
        building.rename(folder)
        if current:
            self.point_at(folder.name)
            remove_old(self.artifacts, keep)
        return folder

    def point_at(self, version: str) -> None:
        """Let ``current`` lead to a version."""
        fresh = self.artifacts / ".fresh"
        fresh.symlink_to(version)
        fresh.replace(self.artifacts / "current")

    async def healthy(self) -> float:
        """Return how long it takes from now until all is well."""
        started_s = time.monotonic()
        while time.monotonic() - started_s < HEALTHY_WITHIN_S:
            if await asyncio.to_thread(self._is_well):
                return time.monotonic() - started_s
            await asyncio.sleep(0.1)
        raise AssertionError(f"not healthy within {HEALTHY_WITHIN_S} s: {self.service.stderr}")

    def _is_well(self) -> bool:
        try:
            text = httpx.get(f"http://127.0.0.1:{self.port}/metrics", timeout=10).text
        except httpx.TransportError:
            return False
        families = text_string_to_metric_families(text)
        found = {family.name: sum(sample.value for sample in family.samples) for family in families}
        return all(found.get(name) == level for name, level in LEVELS.items())


@asynccontextmanager
async def staged(folder: Path, version: Path, url: str = "") -> AsyncIterator[Scene]:
    """Yield a scene in which all is well; what it started ends with the block."""
    scene = Scene(folder, version, url)
    try:
        await scene.healthy()
        yield scene
    finally:
        scene.service.http.close()
        scene.service.stop()


async def until(holds: Callable[[], bool], timeout_s: float = 30) -> None:
    """Wait for something to become true, beside the load."""
    deadline = time.monotonic() + timeout_s
    while not await asyncio.to_thread(holds):
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.05)
