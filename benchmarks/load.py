"""A load over HTTP: so many keep-alive connections, each a listener in session.

It shares the machine with the servers that it measures, so it costs a quarter of an answer: requests are written and
answers read as bytes, without streams or tasks. A load that costs as much as the server waits for itself, and the
server's connections then stand idle where they should be busy.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from random import Random

import uvloop

REQUEST = b"POST /%b/%d HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
PLAYBACKS = 20  # of a session, where nothing else is asked for
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n")
TRACK = re.compile(rb'"track": ?(\d+)')


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


def send(
    port: int, connections: int, requests: int, n_users: int, n_tracks: int, playbacks: int = PLAYBACKS
) -> Outcome:
    """Send sessions of so many playbacks that follow the recommendations, and return what they saw.

    Raises:
        SystemExit: A request failed; a figure of the others would be worth nothing.
    """
    outcome = uvloop.run(_sent(port, connections, requests, n_users, n_tracks, playbacks))
    if outcome.failed:
        raise SystemExit(f"{outcome.failed} requests failed")
    return outcome


async def _sent(port: int, connections: int, requests: int, n_users: int, n_tracks: int, playbacks: int) -> Outcome:
    outcome = Outcome()
    share = requests // connections
    started_s = time.perf_counter()
    listeners = [_Listener(seed, share, n_users, n_tracks, playbacks, outcome) for seed in range(connections)]
    for listener in listeners:
        await _connect(listener, port)
    await asyncio.gather(*(listener.closed for listener in listeners))
    outcome.elapsed_s = time.perf_counter() - started_s
    return outcome


async def _connect(listener: _Listener, port: int) -> None:
    await asyncio.get_running_loop().create_connection(lambda: listener, "127.0.0.1", port)


class _Listener(asyncio.Protocol):
    """One connection; each of its sessions is another user's, and begins with another track.

    Args:
        seed: Of users, tracks and fractions heard.
        requests: To be sent.
        n_users: Users there are.
        n_tracks: Tracks there are.
        playbacks: Of a session, the last one a `last`.
        outcome: Is told of each answer.
    """

    def __init__(self, seed: int, requests: int, n_users: int, n_tracks: int, playbacks: int, outcome: Outcome) -> None:
        self._rng = Random(seed)
        self._requests, self._playbacks = requests, playbacks
        self._n_users, self._n_tracks = n_users, n_tracks
        self._outcome = outcome
        self.closed = asyncio.get_running_loop().create_future()
        self._answered = 0
        self._received = b""
        self._sent_s = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # of a TCP connection
        """Send the first request."""
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Read an answer, and send the next request when it is whole."""
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = LENGTH.search(self._received)
        if not end or length is None or len(body) < int(length[1]):
            return
        self._received = b""
        self._answered += 1
        self._outcome.latencies_s.append(time.perf_counter() - self._sent_s)
        self._outcome.failed += head[9:12] != b"200"
        track = TRACK.search(body)
        if track is not None:
            self._track = int(track[1])
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that it is over; what was not answered has failed."""
        del exc
        self._outcome.failed += self._requests - self._answered
        self.closed.set_result(None)

    def _ask(self) -> None:
        if self._answered == self._requests:
            self._transport.close()
            return
        place = self._answered % self._playbacks
        if not place:
            self._user, self._track = self._rng.randrange(self._n_users), self._rng.randrange(self._n_tracks)
        body = b'{"track": %d, "time": %.2f}' % (self._track, self._rng.random())
        call = b"last" if place == self._playbacks - 1 else b"next"
        self._sent_s = time.perf_counter()
        self._transport.write(REQUEST % (call, self._user, len(body), body))
