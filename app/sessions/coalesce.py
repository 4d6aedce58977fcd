"""Calls that would wait for one another are made as one: those that come while one is under way share the next.

A round trip through redis-py costs about as much as all the rest of a request, nearly all of it per call and not
per command. Under load many requests share one; a lone request pays nothing for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Coalescer(Generic[Item, Result]):
    """Makes single calls out of a call for many.

    Args:
        call: Takes items and returns a result for each, in order.
        limit: Items per call at most.
        capacity: Items that may wait at most while others are under way.
    """

    def __init__(self, call: Callable[[list[Item]], Awaitable[Sequence[Result]]], limit: int, capacity: int) -> None:
        self._call = call
        self._limit = limit
        self._capacity = capacity
        self._waiting: list[tuple[Item, Callable[[Result | Exception], None]]] = []
        self._task: asyncio.Task[None] | None = None

    def submit(self, item: Item, done: Callable[[Result | Exception], None]) -> None:
        """Have ``done`` called with the result of an item, or with what the call raised; it must not raise itself.

        Raises:
            QueueFull: So many wait already that this one would wait too long.
        """
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._call_waiting())
        elif len(self._waiting) >= self._capacity:
            raise asyncio.QueueFull
        self._waiting.append((item, done))

    async def __call__(self, item: Item) -> Result:
        """Return the result of one item; raises what the call raised.

        Raises:
            QueueFull: So many wait already that this one would wait too long.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self.submit(item, partial(_settle, future))
        return await future

    async def _call_waiting(self) -> None:
        """Make calls until nobody waits; the first takes all that came in the same turn of the event loop."""
        while self._waiting:
            batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            results: Sequence[Result | Exception]
            try:
                results = await self._call([item for item, _ in batch])
            except Exception as error:  # noqa: BLE001 - handed on to everyone who waits for it
                results = [error] * len(batch)
            for (_, done), result in zip(batch, results, strict=True):
                done(result)
        self._task = None


def _settle(future: asyncio.Future[Result], result: Result | Exception) -> None:
    if future.done():  # its request was cancelled
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
