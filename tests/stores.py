"""Real servers for session stores, started by the tests that need them."""

from __future__ import annotations

import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
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


def free_ports(number: int) -> list[int]:
    """Return TCP ports that nothing listens on; 10,000 above each a cluster's second port has room.

    Those lie below the ports that a kernel gives to clients.
    """
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            while True:
                port = random.randrange(15_000, 22_000)
                with suppress(OSError):
                    probe.bind(("127.0.0.1", port))
                    break
        return [probe.getsockname()[1] for probe in probes]


@contextmanager
def servers(binary: str | Path, folder: Path, options: dict[int, list[str]]) -> Iterator[dict[int, subprocess.Popen]]:
    """Run servers, by port, with some options each."""
    running = {}
    try:
        for port, own in options.items():
            home = folder / str(port)
            home.mkdir(parents=True)
            if "--sentinel" in own:  # it writes into its configuration file
                (home / "sentinel.conf").touch()
                own = [str(home / "sentinel.conf"), *own]
            fixed = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(home), "--save", ""]
            running[port] = subprocess.Popen(
                [str(binary), *own, *fixed[: 4 if "--sentinel" in own else 8]],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        for port in options:
            _wait(f"redis://127.0.0.1:{port}")
        yield running
    finally:
        for process in running.values():
            process.kill()
            process.wait()


@contextmanager
def cluster(binary: str | Path, folder: Path) -> Iterator[str]:
    """Run a cluster of three primaries; yield its URL."""
    ports = free_ports(3)
    own = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000"]
    with servers(binary, folder, dict.fromkeys(ports, own)):
        shares = [range(16_384)[i * 5462 : (i + 1) * 5462] for i in range(3)]
        for i, port in enumerate(ports):
            with client(f"redis://127.0.0.1:{port}") as node:
                node.execute_command("CLUSTER", "ADDSLOTS", *shares[i])
                node.execute_command("CLUSTER", "SET-CONFIG-EPOCH", i + 1)
                for other in ports[:i]:
                    node.execute_command("CLUSTER", "MEET", "127.0.0.1", other)
        for port in ports:
            with client(f"redis://127.0.0.1:{port}") as node:
                _until(lambda node=node: "cluster_state:ok" in str(node.execute_command("CLUSTER", "INFO")))
                _until(lambda node=node: len(node.execute_command("CLUSTER", "SLOTS")) == 3)
        yield "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in ports)


@contextmanager
def sentinels(binary: str | Path, folder: Path) -> Iterator[tuple[str, dict[int, subprocess.Popen]]]:
    """Run a primary, a replica and three sentinels that watch them; yield the URL, and the two servers by port."""
    primary, replica, *watchers = free_ports(5)
    pair = {primary: [], replica: ["--replicaof", "127.0.0.1", str(primary)]}
    watching = {port: ["--sentinel"] for port in watchers}
    with servers(binary, folder, pair) as running, servers(binary, folder, watching):
        for port in watchers:
            with client(f"redis://127.0.0.1:{port}") as sentinel:
                sentinel.execute_command("SENTINEL", "MONITOR", "segue", "127.0.0.1", primary, 2)
                sentinel.execute_command("SENTINEL", "SET", "segue", "down-after-milliseconds", 1000)
                sentinel.execute_command("SENTINEL", "SET", "segue", "failover-timeout", 3000)
        for port in watchers:
            with client(f"redis://127.0.0.1:{port}") as sentinel:
                _until(lambda sentinel=sentinel: sentinel.sentinel_master("segue")["num-other-sentinels"] == 2)
                _until(lambda sentinel=sentinel: sentinel.sentinel_master("segue")["num-slaves"] == 1)
        yield "redis+sentinel://" + ",".join(f"127.0.0.1:{port}" for port in watchers) + "/segue", running


def client(url: str) -> Redis:
    """Return a plain client that tries once."""
    return Redis.from_url(url, decode_responses=True, retry=Retry(NoBackoff(), retries=0))


def report(track: TrackId, time: float = 1.0, request: str = "", *, last: bool = False, now_ms: int = 1000) -> Report:
    """Return a report under a request id of its own, unless one is given."""
    report.count += 1
    name = f"r{report.count}"
    return Report(Playback(track, time), request or name, now_ms, last)


report.count = 0


def _until(holds: Callable[[], bool], timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


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
