"""Two workers' acceptors over one listening socket, in one event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from app import acceptor
from app.acceptor import Acceptor
from app.shares import Shares


class Served(asyncio.Protocol):
    """A connection that is held and never answered."""

    def __init__(self, held: Callable[[], set[object]]) -> None:
        self._held = held

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hold it."""
        del transport
        self._held().add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of it."""
        del exc
        self._held().discard(self)


class Workers:
    """Two of them, and their clients."""

    def __init__(self, *ears: socket.socket) -> None:
        self._address = ears[0].getsockname()
        shares = Shares(2)
        self.shares = shares.free(set()), shares.free({0})
        self.all = [
            Acceptor(ear, share, lambda place=place: Served(lambda: self.all[place].connections))
            for place, (ear, share) in enumerate(zip(ears, self.shares, strict=True))
        ]
        self.clients: list[asyncio.StreamWriter] = []

    def held(self) -> list[int]:
        """Return how many connections each holds."""
        return [len(worker.connections) for worker in self.all]

    async def connect(self, count: int) -> None:
        """Open connections at once, and wait until all are held."""
        before = sum(self.held())
        opened = await asyncio.gather(*(asyncio.open_connection(*self._address) for _ in range(count)))
        self.clients += [writer for _, writer in opened]
        await self.until(before + count)

    async def until(self, total: int) -> None:
        """Wait until the workers hold so many together."""
        async with asyncio.timeout(10):
            while sum(self.held()) != total:
                await asyncio.sleep(0.001)


@asynccontextmanager
async def two_workers() -> AsyncIterator[Workers]:
    """Yield two workers that take no connection yet."""
    with socket.create_server(("127.0.0.1", 0)) as listening, listening.dup() as same:  # each process has its own
        workers = Workers(listening, same)
        try:
            yield workers
        finally:
            for worker in workers.all:
                worker.close()
                await worker.wait_closed()
            for client in workers.clients:
                client.close()
            await workers.until(0)


def with_two(act: Callable[[Workers], Awaitable[None]]) -> None:
    """Do something with two workers."""

    async def run() -> None:
        async with two_workers() as workers:
            await act(workers)

    asyncio.run(run())


def test_connections_that_open_at_once_are_shared_equally() -> None:
    """Of 20 connections each of two workers takes 10."""

    async def act(workers: Workers) -> None:
        for worker in workers.all:
            worker.open()
        await workers.connect(20)
        assert workers.held() == [10, 10]

    with_two(act)


def test_who_holds_fewer_takes_what_comes_next() -> None:
    """Where one worker's connections end, the next ones are its; a worker that comes later catches up."""

    async def act(workers: Workers) -> None:
        first, second = workers.all
        first.open()
        await workers.connect(6)
        assert workers.held() == [6, 0]
        second.open()
        await workers.connect(6)
        assert workers.held() == [6, 6]
        for client in workers.clients[:4]:
            client.close()
        await workers.until(8)
        assert workers.held() == [2, 6]
        await workers.connect(4)
        assert workers.held() == [6, 6]

    with_two(act)


def test_a_frozen_worker_keeps_nobody_waiting_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a worker that holds fewer takes nobody, the other one takes all after a moment."""
    monkeypatch.setattr(acceptor, "PATIENCE_S", 0.01)

    async def act(workers: Workers) -> None:
        workers.all[0].open()
        workers.shares[1].hold(0)  # the other says that it holds none, and does nothing
        await workers.connect(5)
        assert workers.held() == [5, 0]

    with_two(act)


def test_a_worker_that_goes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that takes no more connections counts as none, and the other one takes all without patience."""
    monkeypatch.setattr(acceptor, "PATIENCE_S", 3600)

    async def act(workers: Workers) -> None:
        first, second = workers.all
        first.open()
        second.open()
        second.close()
        await workers.connect(5)
        assert workers.held() == [5, 0]

    with_two(act)
