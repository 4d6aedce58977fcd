"""The files of a log need looking after: what waits is tried again, what is full is rotated, what is old removed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from app.event_log.file import LogFile
from app.event_log.spill import SpillingFile
from app.event_log.tidy import tidy
from app.settings.models import EventLogSettings

logger = logging.getLogger(__name__)
TICK_S = 1.0


async def look_after(out: SpillingFile, settings: EventLogSettings, sync: Callable[[], Awaitable[None]]) -> None:
    """Look after the files until cancelled, each second; nothing here holds up an answer.

    Args:
        out: The worker's file.
        settings: When to rotate, to sync, to compress and to remove.
        sync: Returns when the disk has what was written so far.
    """
    await _tidy(settings)
    synced_s = time.monotonic()
    while True:
        await asyncio.sleep(TICK_S)
        while out.write_waiting():
            await asyncio.sleep(0)  # answers go on in between
        rotated = _is_full(out.file, settings) and _rotated(out.file)
        due = settings.fsync != "always" and time.monotonic() - synced_s >= settings.fsync
        if rotated or (due and out.file.unconfirmed):
            synced_s = time.monotonic()
            await sync()
        if rotated:
            await _tidy(settings)


def _is_full(file: LogFile, settings: EventLogSettings) -> bool:
    old = time.monotonic() - file.opened_s >= settings.rotate_hours * 3600
    return file.is_removed() or file.bytes >= settings.rotate_mib * 2**20 or (old and file.bytes > 0)


def _rotated(file: LogFile) -> bool:
    try:
        file.rotate()
    except OSError as error:
        logger.error("the event log goes on in %s, because no next file can be made (%s)", file.path, error)
        return False
    return True


async def _tidy(settings: EventLogSettings) -> None:
    try:
        await asyncio.to_thread(tidy, settings.path, compress=settings.compress, keep_days=settings.keep_days)
    except OSError as error:
        logger.error("finished files of the event log in %s stay as they are (%s)", settings.path, error)
