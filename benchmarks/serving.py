"""CPU time per answer, Segue beside the bare endpoint, in interleaved rounds.

CPU time of the server's process is far steadier on a shared machine than requests per second.
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import json
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from redis import Redis
from rich.console import Console
from rich.table import Table

from app.sessions.embedded import EmbeddedServer, find_binary
from benchmarks.load import Outcome, send
from benchmarks.processes import ROOT, free_port, segue_environment, serving
from benchmarks.ratios import ratio_text
from benchmarks.serving_plot import Bar, plot
from preprocessing.artifacts import Artifacts, load

COMMANDS = {
    "bare": ["-m", "uvicorn", "benchmarks.bare:app", "--no-access-log", "--log-level", "warning"],
    "Segue": ["-m", "app"],
}
READY = {"bare": "/openapi.json", "Segue": "/health/ready"}
HEADINGS = ("connections", "", "CPU µs", "kernel µs", "ratio (range)", "requests/s", "p50 ms", "p99 ms", "round trips")


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--artifacts", type=Path, default=ROOT / "data/artifacts", help="what Segue serves")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=6400, help="per round and server")
    parser.add_argument("--svg", type=Path, help="also draw the plot there")
    options = parser.parse_args()
    table = Table(title="An answer, one worker each (medians; ratio = Segue / bare, with its range over the rounds)")
    for heading in HEADINGS:
        table.add_column(heading, justify="right")
    bars: list[Bar] = []
    for connections in (32, 1):
        bare, segue = measure(options.artifacts, connections, options.rounds, options.requests)
        for served in (bare, segue):
            table.add_row(str(connections), served.name, *served.row(bare))
            bars.append(Bar(served.name, connections, median(served.cpu_s), median(served.kernel_s)))
    Console(width=140).print(table)
    if options.svg:
        options.svg.write_text(plot(bars))


def measure(artifacts: Path, connections: int, rounds: int, requests: int) -> list[_Served]:
    """Return what the bare endpoint and Segue took, which answer in alternation."""
    binary = find_binary()
    if binary is None:
        raise SystemExit("this benchmark needs a Valkey or Redis server")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        store = EmbeddedServer(Path(folder) / "store", binary)
        store.ensure()
        stack.callback(store.release)
        environment = segue_environment(artifacts, Path(folder))
        environment |= {"SEGUE_REDIS__URL": store.url, "BARE_REDIS_URL": store.url}
        servers = [_Served(name, store.url, environment, load(artifacts), stack) for name in COMMANDS]
        for number in range(rounds + 1):
            for server in servers:
                server.round(connections, requests, warm_up=not number)
            check_healthy(servers[-1].port)
    return servers


class _Served:
    """A server under measurement."""

    def __init__(
        self, name: str, store: str, environment: dict[str, str], artifacts: Artifacts, stack: ExitStack
    ) -> None:
        self.name = name
        self.port = free_port()
        self.cpu_s: list[float] = []
        self.kernel_s: list[float] = []
        self._seen: list[Outcome] = []
        self._trips = 0
        self._sizes = max(artifacts.n_users, 1), artifacts.n_tracks
        self._store = stack.enter_context(Redis.from_url(store))
        command = [*COMMANDS[name], "--port", str(self.port)]
        self._process = stack.enter_context(serving(command, self.port, environment, READY[name]))

    def round(self, connections: int, requests: int, *, warm_up: bool) -> None:
        """Send a round of requests, and keep what it cost unless it warms up."""
        trips, before = self._commands(), self._process.cpu_times()
        outcome = send(self.port, connections, requests, *self._sizes)
        after = self._process.cpu_times()
        if warm_up:
            return
        self._trips += self._commands() - trips
        self.kernel_s.append((after.system - before.system) / outcome.requests)
        self.cpu_s.append(self.kernel_s[-1] + (after.user - before.user) / outcome.requests)
        self._seen.append(outcome)

    def row(self, bare: _Served) -> Iterator[str]:
        """Return the figures as a row of the table."""
        latencies = sorted(latency for outcome in self._seen for latency in outcome.latencies_s)
        yield f"{median(self.cpu_s) * 1e6:.0f}"
        yield f"{median(self.kernel_s) * 1e6:.0f}"
        yield ratio_text(self.cpu_s, bare.cpu_s)
        yield f"{median(outcome.requests / outcome.elapsed_s for outcome in self._seen):.0f}"
        yield f"{latencies[len(latencies) // 2] * 1e3:.2f}"
        yield f"{latencies[len(latencies) * 99 // 100] * 1e3:.2f}"
        yield f"{self._trips / len(latencies):.2f}"

    def _commands(self) -> int:
        """Return how many commands of a playback the store has had: one is one round trip."""
        counted = self._store.info("commandstats")
        return sum(int(counted.get(f"cmdstat_{name}", {"calls": 0})["calls"]) for name in ("incrby", "evalsha"))


def check_healthy(port: int) -> None:
    """Return when Segue is ready in every part: a figure of a degraded service would be worth nothing.

    Raises:
        SystemExit: It is not.
    """
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready") as answer:
        ready = json.load(answer)
    if ready["status"] != "ready":
        raise SystemExit(f"Segue was degraded during the measurement: {ready}")


if __name__ == "__main__":
    sys.exit(ended(main))
