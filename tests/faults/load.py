"""Listeners who play without a pause over HTTP, and note what happens to them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random


@dataclass(slots=True)
class Tally:
    """What all listeners saw."""

    answered: int = 0
    seconds: list[float] = field(default_factory=list)  # that each answer took
    slowest_s: float = 0.0  # of those that were not sent while the service was away
    slowest_open_s: float | None = None  # of those that came while the circuit was open; None: it was not to open
    failed: int = 0  # answers other than a 200
    broken: int = 0  # connections that broke before an answer
    runs: list[list[str]] = field(default_factory=list)  # answered request ids, session by session
    repeats: int = 0  # answers that were heard before in the session, or that are not of the catalogue
    away: bool = False  # the service is meant to be away: who finds it so waits


class Load:
    """So many listeners; use it in an ``async with``.

    Args:
        port: Of the service.
        tracks: Of the catalogue, to begin sessions with.
        listeners: Connections, each with one session at a time.
        length: Playbacks per session.
        name: What request ids start with, to tell them from those of another load.
        rate_per_s: Requests per second of all listeners together; 0: as many as are answered.
    """

    def __init__(
        self, port: int, tracks: Sequence[int], listeners: int, length: int, name: str, rate_per_s: float = 0
    ) -> None:
        self.port = port
        self.tally = Tally()
        self._tracks, self._known = tracks, set(tracks)
        self._length, self._name = length, name
        self._stopping = asyncio.Event()
        self._listeners = listeners
        self._pause_s = listeners / rate_per_s if rate_per_s else 0.0
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Load:
        """Begin to play."""
        self._tasks = [asyncio.create_task(self._listen(user)) for user in range(1, self._listeners + 1)]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let every request that is under way end."""
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def until(self, requests: int) -> None:
        """Return when there were so many answers."""
        while self.tally.answered < requests:
            for task in self._tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(0.05)

    async def _listen(self, user: int) -> None:
        rng = Random(user)
        wire = _Wire(self)
        number, due_s = 0, time.monotonic()
        while not self._stopping.is_set():
            run: list[str] = []
            self.tally.runs.append(run)
            track = rng.choice(self._tracks)
            heard = {track}
            for position in range(self._length):
                if self._stopping.is_set():
                    break
                number += 1
                if self._pause_s:  # by the clock, whatever an answer takes, and at random, as people do
                    due_s += rng.uniform(0, 2 * self._pause_s)
                    await asyncio.sleep(max(0.0, due_s - time.monotonic()))
                request = f"{self._name}-{user}-{number}"
                call = "last" if position == self._length - 1 else "next"
                body = json.dumps({"track": track, "time": round(rng.uniform(0.3, 1), 2)})
                answer = await wire.post(f"/{call}/{user}", body, request)
                if answer is None:
                    break  # it was stopped while the service was away
                run.append(request)
                if call == "next" and "track" in answer:
                    track = answer["track"]
                    self.tally.repeats += track in heard or track not in self._known or answer["user"] != user
                    heard.add(track)
        await wire.close()

    async def pause(self) -> bool:
        """Wait a moment; say whether to go on."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), 0.05)
        return not self._stopping.is_set()


class _Wire:
    """One connection at a time; a request whose connection broke is sent again under the same id."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: str, request: str) -> dict[str, int] | None:
        """Return the answer; None where the load ended before there was one."""
        tally = self._load.tally
        head = f"POST {path} HTTP/1.1\r\nhost: segue\r\nx-request-id: {request}\r\ncontent-type: application/json\r\n"
        sent = f"{head}content-length: {len(body)}\r\n\r\n{body}".encode()
        while True:
            started_s, away = time.perf_counter(), tally.away
            try:
                if self._streams is None:
                    self._streams = await asyncio.open_connection("127.0.0.1", self._load.port)
                reader, writer = self._streams
                writer.write(sent)
                status, closing, answer = await _response(reader)
            except (OSError, asyncio.IncompleteReadError):
                tally.broken += not tally.away
                await self.close()
                if not await self._load.pause():
                    return None
                continue
            tally.answered += 1
            tally.seconds.append(time.perf_counter() - started_s)
            if not away:
                tally.slowest_s = max(tally.slowest_s, tally.seconds[-1])
            if closing:
                await self.close()
            if status == 200:
                return dict(json.loads(answer))
            tally.failed += 1
            return {}

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            with suppress(OSError):
                await self._streams[1].wait_closed()
            self._streams = None


async def _response(reader: asyncio.StreamReader) -> tuple[int, bool, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    return int(head[9:12]), b"connection: close" in head, await reader.readexactly(length)
