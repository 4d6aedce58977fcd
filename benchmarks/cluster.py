"""``python -m benchmarks.cluster``: sessions in a Redis Cluster of three primaries, beside those in one server.

Both are started here; one worker over each, rounds of requests in alternation. A round trip is what a server reads at
once, as it counts that itself: commands that travel together are one.
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median

import psutil
from redis import Redis
from rich.console import Console
from rich.table import Table

from benchmarks.generated import generate
from benchmarks.load import send
from benchmarks.processes import cpu_s, free_port, segue_environment, serving
from benchmarks.serving import check_healthy
from tests.stores import cluster, plain_server

N_TRACKS, N_USERS = 50_000, 10_000
CONNECTIONS = (32, 1)
# Of the columns of ``Round``, with what makes their numbers readable.
COLUMNS = {
    "CPU µs": 1e6,
    "store CPU µs": 1e6,
    "round trips": 1.0,
    "commands": 1.0,
    "p50 ms": 1e3,
    "p99 ms": 1e3,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=6400, help="per round and store")
    options = parser.parse_args()
    binary = shutil.which("redis-server") or shutil.which("valkey-server")
    if binary is None:
        raise SystemExit("this benchmark needs redis-server or valkey-server on PATH")
    table = Table(title=f"Per request, one worker each: medians of {options.rounds} rounds (ratio: with its range)")
    for heading in ("connections", "store", *COLUMNS):
        table.add_column(heading, justify="left" if heading == "store" else "right")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        generate(folder / "artifacts", N_TRACKS, N_USERS, seed=1)
        one = _Served(folder / "one", stack.enter_context(plain_server(binary, folder)), stack)
        three = _Served(folder / "three", stack.enter_context(cluster(binary, folder / "cluster")), stack)
        for connections in CONNECTIONS:
            for each in (one, three):
                each.round(connections, options.requests)  # warms up
            rounds = [
                (one.round(connections, options.requests), three.round(connections, options.requests))
                for _ in range(options.rounds)
            ]
            for row in _rows(rounds):
                table.add_row(str(connections), *row)
        for each in (one, three):
            check_healthy(each.port)
    Console(width=140).print(table)


@dataclass(frozen=True, slots=True)
class Round:
    """What one request took, in the mean over a round."""

    cpu_s: float  # of the worker
    store_cpu_s: float  # of all servers
    round_trips: float
    commands: float  # those that the worker sent
    p50_s: float
    p99_s: float


class _Served:
    """A worker over a store."""

    def __init__(self, folder: Path, url: str, stack: ExitStack) -> None:
        self.port = free_port()
        hosts = url.rpartition("//")[2].removesuffix("/0").split(",")
        self._servers = [stack.enter_context(Redis.from_url(f"redis://{host}")) for host in hosts]
        self._processes = [psutil.Process(server.info("server")["process_id"]) for server in self._servers]
        environment = segue_environment(folder.parent / "artifacts", folder) | {"SEGUE_REDIS__URL": url}
        command = ["-m", "app", "--port", str(self.port)]
        self._worker = stack.enter_context(serving(command, self.port, environment, "/health/ready"))

    def round(self, connections: int, requests: int) -> Round:
        """Send a round of requests and return what one took.

        Raises:
            SystemExit: A request failed.
        """
        before = list(self._counters())
        outcome = send(self.port, connections, requests, N_USERS, N_TRACKS)
        spent = [after - then for after, then in zip(self._counters(), before, strict=True)]
        cpu, store_cpu, round_trips, commands = (each / outcome.requests for each in spent)
        latencies = sorted(outcome.latencies_s)
        p50, p99 = (latencies[len(latencies) * percent // 100] for percent in (50, 99))
        return Round(cpu, store_cpu, round_trips, commands, p50, p99)

    def _counters(self) -> Iterator[float]:
        yield cpu_s(self._worker)
        yield sum(map(cpu_s, self._processes))
        yield sum(server.info("stats")["total_reads_processed"] for server in self._servers)
        calls = [server.info("commandstats").get("cmdstat_evalsha", {"calls": 0}) for server in self._servers]
        yield sum(each["calls"] for each in calls)


def _rows(rounds: Sequence[tuple[Round, Round]]) -> Iterator[list[str]]:
    """Yield a row for each store, and one of their ratios."""
    stores = [list(zip(*map(astuple, mine), strict=True)) for mine in zip(*rounds, strict=True)]
    for name, columns in zip(("one server", "cluster of 3"), stores, strict=True):
        numbers = zip(columns, COLUMNS.values(), strict=True)
        medians = [median(column) * scale for column, scale in numbers]
        yield [name, *(f"{each:.2f}" if each < 10 else f"{each:.0f}" for each in medians)]
    one, three = stores
    ratios = [[new / old for new, old in zip(*pair, strict=True)] for pair in zip(three, one, strict=True)]
    yield ["ratio", *(f"{median(each):.2f} ({min(each):.2f}-{max(each):.2f})" for each in ratios)]


if __name__ == "__main__":
    sys.exit(ended(main))
