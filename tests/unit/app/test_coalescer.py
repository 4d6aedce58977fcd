"""Calls that would wait for one another are made as one."""

from __future__ import annotations

import asyncio
import math

import pytest

from app.sessions.coalesce import Coalescer

pytestmark = pytest.mark.anyio


class Slow:
    """A call for many that waits until it is let go, and doubles what it is given."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.go = asyncio.Event()
        self.fails_from = math.inf  # the number of the first call that fails

    async def __call__(self, items: list[int]) -> list[int]:
        """Return the doubles."""
        self.batches.append(items)
        await self.go.wait()
        if len(self.batches) >= self.fails_from:
            raise ConnectionError(f"call {len(self.batches)}")
        return [2 * item for item in items]


async def started(coalescer: Coalescer[int, int], items: list[int]) -> list[asyncio.Task[int]]:
    """Return tasks that have all called, in order."""
    tasks = [asyncio.create_task(coalescer(item)) for item in items]
    await asyncio.sleep(0)
    return tasks


async def test_those_of_one_turn_go_together() -> None:
    """Items that come in one turn of the event loop share calls of at most the limit, in order."""
    slow = Slow()
    tasks = await started(Coalescer(slow, limit=3, capacity=100), list(range(8)))
    slow.go.set()
    assert await asyncio.gather(*tasks) == [2 * item for item in range(8)]
    assert slow.batches == [[0, 1, 2], [3, 4, 5], [6, 7]]


async def test_those_who_come_meanwhile_share_the_next() -> None:
    """While a call is under way items gather, and go together when it is done."""
    slow = Slow()
    coalescer = Coalescer(slow, limit=3, capacity=100)
    tasks = [*await started(coalescer, [0]), *await started(coalescer, [1]), *await started(coalescer, [2])]
    slow.go.set()
    assert await asyncio.gather(*tasks) == [0, 2, 4]
    assert slow.batches == [[0], [1, 2]]


async def test_lone_calls_do_not_wait() -> None:
    """Calls after one another are calls of one item each."""
    slow = Slow()
    slow.go.set()
    coalescer = Coalescer(slow, limit=3, capacity=100)
    assert [await coalescer(item) for item in range(3)] == [0, 2, 4]
    assert slow.batches == [[0], [1], [2]]


async def test_results_without_a_task_for_each() -> None:
    """Whoever submits an item is told its result, or what its call raised."""
    slow = Slow()
    slow.go.set()
    coalescer, told = Coalescer(slow, limit=2, capacity=100), list[int | Exception]()
    for item in range(2):
        coalescer.submit(item, told.append)
    await coalescer(5)
    assert told == [0, 2]
    slow.fails_from = 0
    coalescer.submit(1, told.append)
    with pytest.raises(ConnectionError):
        await coalescer(2)
    assert isinstance(told[2], ConnectionError)


async def test_a_failed_call_fails_its_own() -> None:
    """A call that raises answers those it was made for; the next one is made afresh."""
    slow = Slow()
    slow.fails_from = 2
    coalescer = Coalescer(slow, limit=2, capacity=100)
    tasks = await started(coalescer, list(range(4)))
    slow.go.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert (found[:2], list(map(type, found[2:]))) == ([0, 2], [ConnectionError] * 2)
    slow.fails_from = math.inf
    assert await coalescer(21) == 42


@pytest.mark.parametrize("cancelled", [0, 1, 2, 3])
async def test_a_cancelled_request_stops_nobody(cancelled: int) -> None:
    """Whoever is cancelled, first or waiting, the others are answered and the next one too."""
    slow = Slow()
    coalescer = Coalescer(slow, limit=2, capacity=100)
    tasks = await started(coalescer, list(range(4)))
    tasks[cancelled].cancel()
    await asyncio.sleep(0)
    slow.go.set()
    found = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), timeout=5)
    assert isinstance(found[cancelled], asyncio.CancelledError)
    assert [result for i, result in enumerate(found) if i != cancelled] == [2 * i for i in range(4) if i != cancelled]
    assert await asyncio.wait_for(coalescer(21), timeout=5) == 42


async def test_too_many_do_not_wait() -> None:
    """Beyond the capacity a call is refused at once, and the others are served."""
    slow = Slow()
    coalescer = Coalescer(slow, limit=3, capacity=2)
    tasks = [*await started(coalescer, [0]), *await started(coalescer, [1, 2, 3])]
    assert isinstance(tasks[3].exception(), asyncio.QueueFull)
    slow.go.set()
    assert await asyncio.gather(*tasks[:3]) == [0, 2, 4]
