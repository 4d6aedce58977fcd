"""Work that goes on beside the requests, for as long as a block."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

logger = logging.getLogger(__name__)


@asynccontextmanager
async def running(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run something while the block lasts; where it ends before, that is logged as the defect that it is."""
    task = asyncio.create_task(work)
    task.add_done_callback(_noticed)
    try:
        yield
    finally:
        await cancelled(task)


def _noticed(task: asyncio.Task[None]) -> None:
    if not task.cancelled():
        logger.error("work beside the requests has ended until this worker starts again", exc_info=task.exception())


async def cancelled(task: asyncio.Task[None]) -> None:
    """Cancel a task until it has ended.

    Once is not enough: redis-py writes under asyncio.wait_for, which before Python 3.12 loses a cancellation that
    comes as the write ends (https://github.com/python/cpython/issues/86296), and the worker would never stop.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.2)
