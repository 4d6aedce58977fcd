"""Real servers for session stores, started by the tests that need them."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from app.sessions.store import Report, SessionRules
from strategies.penalty import PenaltyRule
from strategies.session import Playback, TrackId

RULES = SessionRules(ttl_s=60, history_limit=10, penalty=PenaltyRule(0.2, 5))


@contextmanager
def plain_server(binary: str | Path, folder: Path) -> Iterator[str]:
    """Run a Redis or Valkey as an operator would, on a TCP port and without a disk; yield its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(binary), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    try:
        _wait(url)
        yield url
    finally:
        process.kill()
        process.wait()


def client(url: str) -> Redis:
    """Return a plain client that tries once."""
    return Redis.from_url(url, decode_responses=True, retry=Retry(NoBackoff(), retries=0))


def report(track: TrackId, time: float = 1.0, request: str = "", *, last: bool = False, now_ms: int = 1000) -> Report:
    """Return a report under a request id of its own, unless one is given."""
    report.count += 1
    name = f"r{report.count}"
    return Report(Playback(track, time), request or name, now_ms, last)


report.count = 0


def _wait(url: str) -> None:
    deadline = time.monotonic() + 10
    with client(url) as redis:
        while True:
            try:
                redis.ping()
            except (RedisError, OSError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return
