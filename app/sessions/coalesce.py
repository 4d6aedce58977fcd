"""Calls that would wait for one another are made as one: the first goes at once, those that come meanwhile together.

A round trip through redis-py costs about as much as all the rest of a request, nearly all of it per call and not
per command. Under load many requests share one pipeline; a lone request pays nothing for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Coalescer(Generic[Item, Result]):
    """Makes single calls out of a call for many.

    Args:
        call: Takes items and returns one result or exception for each, in order; may raise for all of them.
        limit: Items per call at most.
        capacity: Items that may wait at most.
        of_all: Errors of one item that those who wait behind its call would meet as well.
    """

    def __init__(
        self,
        call: Callable[[list[Item]], Awaitable[list[Result | Exception]]],
        limit: int,
        capacity: int,
        of_all: tuple[type[Exception], ...] = (),
    ) -> None:
        self._call = call
        self._of_all = of_all
        self._limit = limit
        self._capacity = capacity
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._under_way = False
        self._tasks: set[asyncio.Task[None]] = set()  # a task that nothing refers to may be collected

    async def __call__(self, item: Item) -> Result:
        """Return the result of one item; raises what the call raised or returned for it.

        Raises:
            QueueFull: So many wait already that this one would wait too long.
        """
        if self._under_way:
            if len(self._waiting) >= self._capacity:
                raise asyncio.QueueFull
            future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
            self._waiting.append((item, future))
            return await future
        self._under_way = True
        (result,) = await self._made([item])
        if isinstance(result, Exception):
            raise result
        return result

    async def _made(self, items: list[Item]) -> list[Result | Exception]:
        """Return the result or the error of each item of one call, and begin the next call."""
        results: list[Result | Exception]
        try:
            results = await self._call(items)
            for result in results:
                if isinstance(result, self._of_all):
                    self._fail_behind(result)
        except Exception as error:  # noqa: BLE001 - handed on to everyone who waits for it
            results = [error] * len(items)
            self._fail_behind(error)
        finally:
            self._go_on()
        return results

    def _fail_behind(self, error: Exception) -> None:
        # Who queued behind a failed call would wait as long again for the same; they learn of it now.
        behind, self._waiting = self._waiting, []
        _hand_out(behind, [error] * len(behind))

    def _go_on(self) -> None:
        if self._waiting:
            task = asyncio.get_running_loop().create_task(self._call_waiting())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._under_way = False

    async def _call_waiting(self) -> None:
        batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
        _hand_out(batch, await self._made([item for item, _ in batch]))


def _hand_out(batch: Sequence[tuple[object, asyncio.Future[Result]]], results: Sequence[Result | Exception]) -> None:
    for (_, future), result in zip(batch, results, strict=True):
        if future.done():  # its request was cancelled
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
