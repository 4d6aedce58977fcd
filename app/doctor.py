"""``python -m app doctor``: every part that a start needs, each with a tick or a sentence that mends it."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import time
import urllib.request
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from redis.exceptions import RedisError
from rich.console import Console

from app.access.keys import check_access
from app.event_log.log import check_folder
from app.listening import listen
from app.routing import build_router
from app.sessions.connecting import clock_s, connect, disconnect, without_secret
from app.sessions.embedded import find_binary
from app.sessions.opening import check_store, open_store
from app.sessions.store import StoreError
from app.settings import Settings, load_settings
from app.settings.models import RedisSettings
from preprocessing.artifacts import ArtifactError, load
from strategies.errors import ConfigurationError

NEEDED_BYTES = 2**30  # free space for logs and sessions: a million playbacks are about 400 MB
TOLERATED_S = 2.0  # between the clocks of this machine and of the store
ILLS = (ConfigurationError, ArtifactError, StoreError, OSError)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part."""

    part: str
    well: bool
    text: str  # what it is, or what is wrong and how to mend it


def examine() -> list[Finding]:
    """Return what there is to say of every part; of the settings alone where they cannot be read."""
    try:
        settings = load_settings()
    except ConfigurationError as error:
        return [Finding("settings", False, str(error))]
    parts: dict[str, Callable[[Settings], str]] = {
        "settings": _settings,
        "artifacts": _artifacts,
        "session store": _store,
        "event log": _event_log,
        "disk": _disk,
        "clock": _clock,
        "port": _port,
    }
    return [_finding(part, partial(look, settings)) for part, look in parts.items()]


def report(*, as_json: bool) -> int:
    """Print the findings and return the exit status: 0 where all is well, 1 where something is not."""
    logging.disable()  # what the parts complain of stands among the findings
    try:
        findings = examine()
    finally:
        logging.disable(logging.NOTSET)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        console = Console(highlight=False, soft_wrap=True)
        for finding in findings:
            mark = "[green]✓[/]" if finding.well else "[red]✗[/]"
            console.print(f"{mark} {finding.part:<14}", end="")
            console.print(finding.text, markup=False)
    return 0 if all(finding.well for finding in findings) else 1


def _finding(part: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(part, True, look())
    except ILLS as error:
        return Finding(part, False, str(error))


def _settings(settings: Settings) -> str:
    check_access(settings)
    router = build_router(settings)
    served = f"'{router.forced.name}' serves everybody" if router.forced else f"{len(router.experiments)} experiments"
    return f"{len(router.chains)} chains, {served}"


def _artifacts(settings: Settings) -> str:
    manifest = load(settings.artifacts.path, verify=settings.artifacts.verify).manifest
    counts = manifest.counts
    return f"version {manifest.version}: {counts.tracks:,} tracks, {counts.users:,} users, {counts.events:,} playbacks"


def _store(settings: Settings) -> str:
    check_store(settings)
    return asyncio.run(_answer_of_the_store(settings))


async def _answer_of_the_store(settings: Settings) -> str:
    async with AsyncExitStack() as stack:
        store = await open_store(settings, stack)
        try:
            await store.check()
        except StoreError as error:
            remedy = "start it, or name another in redis.url" if settings.redis.url else f"see {settings.redis.path}"
            raise StoreError(f"{error}; {remedy}") from error
    if settings.redis.url:
        return f"{without_secret(settings.redis.url)} answers"
    if find_binary() is None:
        return "in the one worker's memory, and gone with it: there is no embedded server for this platform"
    return f"the embedded server answers, in {settings.redis.path}"


def _event_log(settings: Settings) -> str:
    check_folder(settings.event_log.path)
    return f"{settings.event_log.path} can be written"


def _disk(settings: Settings) -> str:
    free = {path: _free_bytes(path) for path in (settings.event_log.path, settings.redis.path)}
    path, least = min(free.items(), key=lambda one: one[1])
    if least < NEEDED_BYTES:
        raise ConfigurationError(
            f"{least / 2**20:,.0f} MiB are free where {path} is; free {NEEDED_BYTES / 2**20:,.0f} MiB, or choose "
            "another folder in event_log.path and redis.path"
        )
    return f"{least / 2**30:,.0f} GiB are free"


def _free_bytes(path: Path) -> int:
    while not path.exists():
        path = path.resolve().parent
    return shutil.disk_usage(path).free


def _clock(settings: Settings) -> str:
    """Compare with what cannot be of the future, and with the store's clock: sessions and logs are dated by both.

    Where there are no artifacts or no store, that is said of them, not of the clock.
    """
    now = datetime.now(UTC)
    with suppress(ArtifactError):
        created = datetime.fromisoformat(load(settings.artifacts.path, verify=False).manifest.created)
        if created > now:
            raise ConfigurationError(f"it shows {now:%F %T} UTC, but the artifacts are of {created:%F %T}; set it")
    apart_s = asyncio.run(_apart_s(settings.redis)) if settings.redis.url else 0.0
    if apart_s > TOLERATED_S:
        raise ConfigurationError(f"it is {apart_s:.1f} s apart from the store's; let both follow a time server")
    return f"{now:%F %T} UTC"


async def _apart_s(settings: RedisSettings) -> float:
    """Return how far the store's clock is from this one; 0 where the store does not tell."""
    redis = connect(settings.url, settings)
    try:
        return abs(time.time() - await clock_s(redis))
    except (RedisError, OSError):
        return 0.0
    finally:
        await disconnect(redis)


def _port(settings: Settings) -> str:
    host, port = settings.server.host, settings.server.port
    try:
        listen(settings).close()
    except ConfigurationError:
        if _is_segue(host, port):
            return f"Segue answers at {host}:{port} already"
        raise
    return f"{host}:{port} is free"


def _is_segue(host: str, port: int) -> bool:
    address = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    try:
        with urllib.request.urlopen(f"http://{address}:{port}/health/live", timeout=2) as answer:
            return bool(json.load(answer).get("service") == "segue")
    except (OSError, ValueError, AttributeError):
        return False
