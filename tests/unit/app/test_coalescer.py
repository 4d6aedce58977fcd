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

    async def __call__(self, items: list[int]) -> list[int | Exception]:
        """Return the doubles; an error for each negative item."""
        self.batches.append(items)
        await self.go.wait()
        if len(self.batches) >= self.fails_from:
            raise ConnectionError(f"call {len(self.batches)}")
        return [ValueError(str(item)) if item < 0 else 2 * item for item in items]


async def started(coalescer: Coalescer[int, int], items: list[int]) -> list[asyncio.Task[int]]:
    """Return tasks that have all called, in order."""
    tasks = [asyncio.create_task(coalescer(item)) for item in items]
    await asyncio.sleep(0)
    return tasks


async def test_the_first_goes_alone_and_the_others_together() -> None:
    """One item goes at once; those that come meanwhile share calls of at most the limit, in order."""
    slow = Slow()
    tasks = await started(Coalescer(slow, limit=3, capacity=100), list(range(8)))
    slow.go.set()
    assert await asyncio.gather(*tasks) == [2 * item for item in range(8)]
    assert slow.batches == [[0], [1, 2, 3], [4, 5, 6], [7]]


async def test_lone_calls_do_not_wait() -> None:
    """Calls after one another are calls of one item each."""
    slow = Slow()
    slow.go.set()
    coalescer = Coalescer(slow, limit=3, capacity=100)
    assert [await coalescer(item) for item in range(3)] == [0, 2, 4]
    assert slow.batches == [[0], [1], [2]]


async def test_an_error_of_all_reaches_who_waits_behind() -> None:
    """Of the calls [0], [-1, 1] and [2, 3] the second has an error of all: 2 and 3 learn it, and are not tried."""
    slow = Slow()
    tasks = await started(Coalescer(slow, limit=2, capacity=100, of_all=(ValueError,)), [0, -1, 1, 2, 3])
    slow.go.set()
    assert list(map(str, await asyncio.gather(*tasks, return_exceptions=True))) == ["0", "-1", "2", "-1", "-1"]
    assert slow.batches == [[0], [-1, 1]]


async def test_an_items_error_is_its_own() -> None:
    """An exception returned for one item is raised for that item only, first or not."""
    slow = Slow()
    tasks = await started(Coalescer(slow, limit=9, capacity=100), [-1, 1, -2, 2])
    slow.go.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(result) for result in found] == ["-1", "2", "-2", "4"]
    assert [isinstance(result, ValueError) for result in found] == [True, False, True, False]


@pytest.mark.parametrize(("number", "made"), [(1, [[0]]), (2, [[0], [1, 2]])])
async def test_a_failed_call_fails_all_who_wait(number: int, made: list[list[int]]) -> None:
    """A call that raises for all also answers those who queued behind it, and the next one is made afresh."""
    slow = Slow()
    slow.fails_from = number
    coalescer = Coalescer(slow, limit=2, capacity=100)
    tasks = await started(coalescer, list(range(7)))
    slow.go.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(result, ConnectionError) for result in found] == [number == 1] + [True] * 6
    assert slow.batches == made
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
    tasks = await started(Coalescer(slow, limit=3, capacity=2), list(range(4)))
    assert isinstance(tasks[3].exception(), asyncio.QueueFull)
    slow.go.set()
    assert await asyncio.gather(*tasks[:3]) == [0, 2, 4]
