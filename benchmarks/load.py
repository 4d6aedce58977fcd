"""A load over HTTP: so many keep-alive connections, each a listener in session; raw sockets, so that it stays cheap."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random


@dataclass(slots=True)
class Outcome:
    """What a load saw."""

    latencies_s: list[float] = field(default_factory=list)
    failed: int = 0
    elapsed_s: float = 0.0

    @property
    def requests(self) -> int:
        """Answers received."""
        return len(self.latencies_s)


def sessions(seed: int, n_users: int, n_tracks: int) -> Iterator[tuple[int, int, float]]:
    """Yield (user, first track, fraction listened) without end; every listener is another one."""
    rng = Random(seed)
    while True:
        yield rng.randrange(n_users), rng.randrange(n_tracks), rng.random()


def send(port: int, connections: int, requests: int, n_users: int, n_tracks: int, playbacks: int = 20) -> Outcome:
    """Send sessions of so many playbacks that follow the recommendations, and return what they saw.

    Raises:
        SystemExit: A request failed; a figure of the others would be worth nothing.
    """
    outcome = asyncio.run(_sent(port, connections, requests, n_users, n_tracks, playbacks))
    if outcome.failed:
        raise SystemExit(f"{outcome.failed} requests failed")
    return outcome


async def _sent(port: int, connections: int, requests: int, n_users: int, n_tracks: int, playbacks: int) -> Outcome:
    outcome = Outcome()
    share = requests // connections
    started = time.perf_counter()
    workers = [_listen(port, seed, share, n_users, n_tracks, playbacks, outcome) for seed in range(connections)]
    await asyncio.gather(*workers)
    outcome.elapsed_s = time.perf_counter() - started
    return outcome


async def _listen(
    port: int, seed: int, requests: int, n_users: int, n_tracks: int, playbacks: int, outcome: Outcome
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    rng = Random(seed)
    choices = sessions(seed, n_users, n_tracks)
    for number in range(requests):
        if number % playbacks == 0:
            user, track, _ = next(choices)
        call = "last" if number % playbacks == playbacks - 1 else "next"
        body = json.dumps({"track": track, "time": round(rng.random(), 2)})
        head = f"POST /{call}/{user} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        sent = time.perf_counter()
        writer.write(f"{head}content-length: {len(body)}\r\n\r\n{body}".encode())
        status, answer = await _response(reader)
        outcome.latencies_s.append(time.perf_counter() - sent)
        outcome.failed += status != 200
        track = json.loads(answer).get("track", track)
    writer.close()
    await writer.wait_closed()


async def _response(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return int(head[9:12]), await reader.readexactly(length)
