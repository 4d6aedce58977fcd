"""Work beside the requests ends with its block."""

from __future__ import annotations

import asyncio

import pytest

from app.background import cancelled, running

pytestmark = pytest.mark.anyio


async def test_work_that_fails_does_not_end_unseen(caplog: pytest.LogCaptureFixture) -> None:
    """What ends work that should go on for as long as the service is in the log, with its traceback."""

    async def fail() -> None:
        """Fail at once."""
        raise ValueError("on purpose")

    async with running(fail()):
        await asyncio.sleep(0.01)
    assert "work beside the requests has ended" in caplog.text
    assert "on purpose" in caplog.text


async def test_the_end_of_a_block_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    """Work that is cancelled with its block leaves nothing in the log."""
    async with running(asyncio.sleep(60)):
        await asyncio.sleep(0)
    assert not caplog.text


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
