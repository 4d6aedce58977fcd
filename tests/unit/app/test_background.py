"""Work beside the requests ends with its block."""

from __future__ import annotations

import asyncio

import pytest

from app.background import cancelled

pytestmark = pytest.mark.anyio


async def test_a_stop_does_not_wait_for_a_task_that_missed_its_cancellation() -> None:
    """A task in which a library swallowed the cancellation is cancelled again, so that a worker can always stop."""
    missed = asyncio.Event()

    async def watch() -> None:
        """Go on for ever, after a first cancellation too."""
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if missed.is_set():
                    raise
                missed.set()

    task = asyncio.create_task(watch())
    await asyncio.sleep(0)
    await asyncio.wait_for(cancelled(task), timeout=5)
    assert missed.is_set()
    assert task.cancelled()
