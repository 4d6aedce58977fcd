"""What further workers cost: CPU time per request with 1, 2 and 4, how requests spread over them, and their memory.

Each number of workers has a server of its own over the same artifacts and the same store; rounds of requests alternate
between them. The bare endpoint has as many workers beside them: where processes are more than cores, what one leaves in
the caches the next one drives out, and a processor's two threads slow each other; that much no server can help.
Throughput is no figure here: the load and the workers share the machine's cores.
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
from itertools import chain
from pathlib import Path
from statistics import median
from typing import ClassVar

import psutil
from rich.console import Console
from rich.table import Table

from app.event_log.names import parts_of
from app.sessions.embedded import EmbeddedServer, find_binary
from benchmarks.generated import generate
from benchmarks.load import send
from benchmarks.processes import cpu_s, free_port, private_mib, segue_environment, serving
from benchmarks.ratios import ratio_text
from benchmarks.serving import COMMANDS, READY

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
        kinds = [[kind(folder, workers, store.url, stack) for workers in WORKERS] for kind in (_Bare, _Segue)]
        for number in range(options.rounds + 1):
            for one in chain.from_iterable(zip(*kinds, strict=True)):
                one.round(options.requests, options.tracks, warm_up=not number)
        table = Table(
            title=f"{options.tracks:,} tracks and users, {CONNECTIONS} connections a worker, {options.rounds} rounds"
        )
        for heading in ("", "workers", "CPU µs", "ratio to one (range)", "requests of each %", "private MiB of each"):
            table.add_column(heading, justify="right")
        for served in kinds:
            for one in served:
                table.add_row(*one.row(served[0]))
    Console(width=140).print(table)


class _Served:
    """A server of so many workers.

    Args:
        workers: How many.
        command: That starts it, but for the port.
        environment: Its settings.
        ready: A path that it answers when it is ready.
        stack: Stops it.
    """

    name: ClassVar[str]

    def __init__(
        self, workers: int, command: list[str], environment: dict[str, str], ready: str, stack: ExitStack
    ) -> None:
        self.workers = workers
        self.cpu: list[float] = []
        self.port = free_port()
        self.main = stack.enter_context(serving([*command, "--port", str(self.port)], self.port, environment, ready))
        while len(self.processes) < workers:
            time.sleep(0.05)

    @property
    def processes(self) -> list[psutil.Process]:
        """The workers."""
        raise NotImplementedError

    def shares(self) -> str:
        """Return the requests of each worker in per cent of all, or nothing where they are not known."""
        return ""

    def round(self, requests: int, n: int, *, warm_up: bool) -> None:
        """Send a round of requests, and keep what it cost unless it warms up."""
        before = sum(map(cpu_s, self.processes))
        outcome = send(self.port, CONNECTIONS * self.workers, requests, n, n)
        if not warm_up:
            self.cpu.append((sum(map(cpu_s, self.processes)) - before) / outcome.requests)

    def row(self, alone: _Served) -> Iterator[str]:
        """Return the figures as a row of the table."""
        yield self.name
        yield str(self.workers)
        yield f"{median(self.cpu) * 1e6:.0f}"
        yield ratio_text(self.cpu, alone.cpu)
        yield self.shares()
        yield ", ".join(f"{private_mib(process):.0f}" for process in self.processes)


class _Segue(_Served):
    name = "Segue"

    def __init__(self, folder: Path, workers: int, store_url: str, stack: ExitStack) -> None:
        self._log = folder / f"log-{workers}"
        environment = {
            **segue_environment(folder / "artifacts", folder),
            "SEGUE_EVENT_LOG__PATH": str(self._log),
            "SEGUE_REDIS__URL": store_url,
            "SEGUE_SERVER__WORKERS": str(workers),
        }
        super().__init__(workers, COMMANDS[self.name], environment, READY[self.name], stack)

    @property
    def processes(self) -> list[psutil.Process]:
        """The workers: each is named in the log folder by the file that it writes."""
        pids = {int(part.worker.split("-")[2]) for part in parts_of(self._log)}
        return [psutil.Process(pid) for pid in sorted(pids)]

    def shares(self) -> str:
        """Return the lines of each worker in the log, in per cent of all."""
        lines: Counter[str] = Counter()
        for part in parts_of(self._log):
            lines[part.worker] += part.path.read_bytes().count(b"\n")
        return ", ".join(f"{100 * count / lines.total():.0f}" for count in sorted(lines.values()))


class _Bare(_Served):
    name = "bare"

    def __init__(self, _: Path, workers: int, store_url: str, stack: ExitStack) -> None:
        command = [*COMMANDS[self.name], "--workers", str(workers)]
        super().__init__(workers, command, {"BARE_REDIS_URL": store_url}, READY[self.name], stack)

    @property
    def processes(self) -> list[psutil.Process]:
        """The workers: all that it started, but for what multiprocessing started for itself."""
        started = [child for child in self.main.children() if "resource_tracker" not in " ".join(child.cmdline())]
        return started or [self.main]


if __name__ == "__main__":
    sys.exit(ended(main))
