"""Every plug that is pulled: what is done, while listeners play, until it is undone."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.faults.scene import Scene, until
from tests.stores import client

Strike = Callable[[Scene, float], Awaitable[None]]  # the seconds that it lasts, where it can last


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong."""

    name: str
    strike: Strike
    store: str = "embedded"  # the kind that it needs
    breaks_connections: bool = False  # by its nature


async def nothing(_: Scene, lasts_s: float) -> None:
    """Do no harm: what the others are held against."""
    await asyncio.sleep(lasts_s)


async def kill_store(scene: Scene, _: float) -> None:
    """Kill the store; its append-only file may lack the last second."""
    os.kill(scene.store(), signal.SIGKILL)


async def freeze_store(scene: Scene, lasts_s: float) -> None:
    """Freeze the store for a while."""
    await _freeze(scene, scene.store(), lasts_s)


async def empty_store(scene: Scene, _: float) -> None:
    """Kill the store, and let it come back with nothing."""
    killed = scene.store()
    os.kill(killed, signal.SIGSTOP)
    shutil.rmtree(scene.folder / "store" / "appendonlydir")
    os.kill(killed, signal.SIGKILL)


async def slow_store(scene: Scene, lasts_s: float) -> None:
    """Let every answer of the store take a quarter of a second."""
    with client(scene.service.store.url) as redis:
        for _ in range(round(lasts_s / 0.25)):
            redis.client_pause(250)
            await asyncio.sleep(0.25)


async def refuse_writes(scene: Scene, lasts_s: float) -> None:
    """Let the store be out of memory."""
    with client(scene.service.store.url) as redis:
        redis.config_set("maxmemory", 1)
        await asyncio.sleep(lasts_s)
        redis.config_set("maxmemory", 0)


async def fail_over(scene: Scene, _: float) -> None:
    """Kill the primary; the sentinels promote its replica."""
    primary = scene.primary()
    os.kill(primary, signal.SIGKILL)
    await until(lambda: scene.primary() not in (0, primary))


async def freeze_node(scene: Scene, lasts_s: float) -> None:
    """Freeze one node of the cluster."""
    await _freeze(scene, scene.primary(), lasts_s)


async def _freeze(scene: Scene, process: int, lasts_s: float) -> None:
    tally = scene.load.tally
    os.kill(process, signal.SIGSTOP)
    await asyncio.sleep(lasts_s / 2)  # by then who waited for the store has an answer
    start = len(tally.seconds)
    await asyncio.sleep(lasts_s / 2)
    tally.slowest_open_s = max(tally.seconds[start:], default=None)
    os.kill(process, signal.SIGCONT)


async def kill_worker(scene: Scene, _: float) -> None:
    """Kill one of the two workers."""
    killed = scene.workers()[0]
    os.kill(killed, signal.SIGKILL)
    await until(lambda: killed not in scene.workers())


async def restart_workers(scene: Scene, _: float) -> None:
    """Restart the workers one by one."""
    before = set(scene.workers())
    scene.service.process.send_signal(signal.SIGUSR1)
    await until(lambda: not before & set(scene.workers()), timeout_s=90)


async def stop_service(scene: Scene, _: float) -> None:
    """Stop the service and start it again; who finds it away waits and sends again."""
    scene.load.tally.away = True
    scene.service.process.send_signal(signal.SIGTERM)
    await until(lambda: scene.service.process.poll() is not None)
    await asyncio.to_thread(scene.start_again)
    await scene.healthy()
    scene.load.tally.away = False


async def fill_disk(scene: Scene, lasts_s: float) -> None:
    """Let the disk of the event log take no byte more."""
    for pid in scene.workers():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    await asyncio.sleep(lasts_s)
    for pid in scene.workers():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def replace_artifacts(scene: Scene, lasts_s: float) -> None:
    """Publish version after version, and remove the older ones while they may still be loading."""
    for _ in range(round(lasts_s / 0.5)):
        await asyncio.to_thread(scene.publish, keep=1)
        await asyncio.sleep(0.5)


async def damage_artifacts(scene: Scene, lasts_s: float) -> None:
    """Publish a version with a flipped bit, and later a good one."""
    folder = await asyncio.to_thread(scene.publish, current=False)
    file = folder / "track_appeal.npy"
    damaged = bytearray(file.read_bytes())
    damaged[-1] ^= 1
    file.write_bytes(damaged)
    scene.point_at(folder.name)
    await asyncio.sleep(lasts_s)
    await asyncio.to_thread(scene.publish)


async def lose_artifacts(scene: Scene, lasts_s: float) -> None:
    """Remove every version, and later publish one."""
    shutil.rmtree(scene.artifacts)
    await asyncio.sleep(lasts_s)
    await asyncio.to_thread(scene.publish)


FAULTS = [
    Fault("nothing", nothing),
    Fault("store killed", kill_store),
    Fault("store frozen", freeze_store),
    Fault("store restarted empty", empty_store),
    Fault("store slow (250 ms)", slow_store),
    Fault("store out of memory", refuse_writes),
    Fault("store failed over (Sentinel)", fail_over, store="sentinel"),
    Fault("node of a cluster frozen", freeze_node, store="cluster"),
    Fault("redis-server frozen", freeze_store, store="redis-server"),
    Fault("worker killed", kill_worker, breaks_connections=True),
    Fault("workers restarted (SIGUSR1)", restart_workers),
    Fault("service stopped (SIGTERM)", stop_service),
    Fault("log's disk full", fill_disk),
    Fault("artifacts replaced while loading", replace_artifacts),
    Fault("artifacts damaged", damage_artifacts),
    Fault("artifacts vanished", lose_artifacts),
]
