"""One fault after the other, each on a service of its own, under load."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.accounts import Account, settle
from tests.faults.faults import Fault
from tests.faults.scene import staged
from tests.stores import cluster, plain_server, sentinels


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    listeners: int
    requests: int  # of each fault, at least
    lasts_s: float  # of what can last
    length: int = 20  # playbacks per session


def skipped(fault: Fault) -> str:
    """Return why a fault cannot be had here, or nothing."""
    if fault.store != "embedded" and shutil.which("redis-server") is None:
        return f"{fault.name}: there is no redis-server on PATH"
    return ""


async def run(fault: Fault, size: Size, artifacts: Path, folder: Path) -> Account:
    """Return the account of one fault.

    Args:
        fault: What happens.
        size: To how many, and for how long.
        artifacts: A version; the service gets a copy.
        folder: An empty one.
    """
    folder.mkdir(parents=True)
    with _store(fault.store, folder / "servers") as url:
        async with staged(folder / "service", artifacts, url) as scene:
            async with scene.play(size.listeners, size.length, fault.name.replace(" ", "-")) as load:
                await load.until(size.requests // 4)
                await fault.strike(scene, size.lasts_s)
                healthy_s = await scene.healthy()
                await load.until(max(size.requests, load.tally.answered + size.requests // 4))
            events = scene.service.events()
    return settle(fault.name, load.tally, events, healthy_s, allows_broken=fault.breaks_connections)


@contextmanager
def _store(kind: str, folder: Path) -> Iterator[str]:
    if kind == "embedded":
        yield ""
    elif kind == "redis-server":
        folder.mkdir()
        with plain_server("redis-server", folder) as url:
            yield url
    elif kind == "cluster":
        with cluster("redis-server", folder) as url:
            yield url
    else:
        with sentinels("redis-server", folder) as (url, _):
            yield url
