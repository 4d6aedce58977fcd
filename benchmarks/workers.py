"""What further workers cost: CPU time per request with 1, 2 and 4, how requests spread over them, and their memory.

Each number of workers has a server of its own over the same artifacts and the same store; rounds of requests alternate
between them. Throughput is no figure here: the load and the workers share the machine's cores.
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import psutil
from rich.console import Console
from rich.table import Table

from app.event_log.names import parts_of
from app.sessions.embedded import EmbeddedServer, find_binary
from benchmarks.generated import generate
from benchmarks.load import send
from benchmarks.processes import cpu_s, free_port, private_mib, segue_environment, serving
from benchmarks.ratios import ratio_text

WORKERS = (1, 2, 4)
CONNECTIONS = 32  # for each worker: round trips are shared within one


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=6400, help="per round and server")
    parser.add_argument("--tracks", type=int, default=1_000_000, help="in the generated catalogue; as many users")
    parser.add_argument("--folder", type=Path, help="where the artifacts are written meanwhile (1.2 GB)")
    options = parser.parse_args()
    binary = find_binary()
    if binary is None:
        raise SystemExit("this benchmark needs a Valkey or Redis server")
    with tempfile.TemporaryDirectory(dir=options.folder) as name, ExitStack() as stack:
        folder = Path(name)
        generate(folder / "artifacts", options.tracks, options.tracks, seed=1)
        store = EmbeddedServer(folder / "store", binary)
        store.ensure()
        stack.callback(store.release)
        served = [_Served(folder, workers, store.url, stack) for workers in WORKERS]
        for number in range(options.rounds + 1):
            for one in served:
                one.round(options.requests, options.tracks, warm_up=not number)
        table = Table(
            title=f"{options.tracks:,} tracks and users, {CONNECTIONS} connections a worker, {options.rounds} rounds"
        )
        for heading in ("workers", "CPU µs", "ratio to one (range)", "requests per worker %", "private MiB per worker"):
            table.add_column(heading, justify="right")
        for one in served:
            table.add_row(*one.row(served[0]))
    Console(width=140).print(table)


class _Served:
    """A server of so many workers."""

    def __init__(self, folder: Path, workers: int, store_url: str, stack: ExitStack) -> None:
        self.workers = workers
        self.cpu: list[float] = []
        self.port = free_port()
        self.log = folder / f"log-{workers}"
        environment = {
            **segue_environment(folder / "artifacts", folder),
            "SEGUE_EVENT_LOG__PATH": str(self.log),
            "SEGUE_REDIS__URL": store_url,
            "SEGUE_SERVER__WORKERS": str(workers),
        }
        command = ["-m", "app", "--port", str(self.port)]
        stack.enter_context(serving(command, self.port, environment, "/health/ready"))
        while len(self.processes) < workers:
            time.sleep(0.05)

    @property
    def processes(self) -> list[psutil.Process]:
        """The workers: each is named in the log folder by the file that it writes."""
        pids = {int(part.worker.split("-")[2]) for part in parts_of(self.log)}
        return [psutil.Process(pid) for pid in sorted(pids)]

    def round(self, requests: int, n: int, *, warm_up: bool) -> None:
        """Send a round of requests, and keep what it cost unless it warms up."""
        before = sum(map(cpu_s, self.processes))
        outcome = send(self.port, CONNECTIONS * self.workers, requests, n, n)
        if not warm_up:
            self.cpu.append((sum(map(cpu_s, self.processes)) - before) / outcome.requests)

    def row(self, alone: _Served) -> Iterator[str]:
        """Return the figures as a row of the table."""
        lines: Counter[str] = Counter()
        for part in parts_of(self.log):
            lines[part.worker] += part.path.read_bytes().count(b"\n")
        yield str(self.workers)
        yield f"{median(self.cpu) * 1e6:.0f}"
        yield ratio_text(self.cpu, alone.cpu)
        yield ", ".join(f"{100 * count / lines.total():.0f}" for count in sorted(lines.values()))
        yield ", ".join(f"{private_mib(process):.0f}" for process in self.processes)


if __name__ == "__main__":
    sys.exit(ended(main))
