"""``python -m benchmarks.million``: a million tracks by a million users beside 50 thousand by 10 thousand.

Both are generated, mapped, and served by one worker each; rounds of requests alternate between the two.
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.generated import generate
from benchmarks.load import send
from benchmarks.processes import cpu_s, free_port, private_mib, segue_environment, serving
from benchmarks.ratios import ratio_text
from preprocessing.artifacts import load

SMALL, LARGE = (50_000, 10_000), (1_000_000, 1_000_000)  # tracks, users
CONNECTIONS = 32


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.million", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=6400, help="per round and size")
    parser.add_argument("--folder", type=Path, help="where the artifacts are written meanwhile (about 1.5 GB)")
    options = parser.parse_args()
    table = Table(title=f"By size, medians of {options.rounds} rounds")
    for heading in ("tracks x users", "MiB", "first load s", "load ms", "start cold s", "warm s", "its CPU s"):
        table.add_column(heading, justify="right")
    for heading in ("private MiB", "CPU µs", "p99 ms"):
        table.add_column(heading, justify="right")
    with tempfile.TemporaryDirectory(dir=options.folder) as name, ExitStack() as stack:
        sizes = [_Served(Path(name) / str(number), *size, stack) for number, size in enumerate((SMALL, LARGE))]
        for number in range(options.rounds + 1):
            for size in sizes:
                size.round(options.requests, warm_up=not number)
        for size in sizes:
            table.add_row(*size.row())
        small, large = sizes
    console = Console(width=140)
    console.print(table)
    console.print(f"CPU ratio {ratio_text(large.cpu, small.cpu)}; p99 ratio {ratio_text(large.p99, small.p99)}")


class _Served:
    """Artifacts of one size and the server over them."""

    def __init__(self, folder: Path, n_tracks: int, n_users: int, stack: ExitStack) -> None:
        self.n_tracks, self.n_users = n_tracks, n_users
        self.cpu: list[float] = []
        self.p99: list[float] = []
        artifacts = folder / "artifacts"
        generate(artifacts, n_tracks, n_users, seed=1)
        self.bytes = sum(file.stat().st_size for file in (artifacts / "current").iterdir())
        self.first_load_s, self.load_s = _seconds_to_load(artifacts), _seconds_to_load(artifacts)
        _forget_pages(artifacts)
        self.port = free_port()
        environment = segue_environment(artifacts, folder)
        command = ["-m", "app", "--port", str(self.port)]
        started = time.perf_counter()
        with serving(command, self.port, environment, "/health/ready"):
            self.cold_s = time.perf_counter() - started
        started = time.perf_counter()
        self.process = stack.enter_context(serving(command, self.port, environment, "/health/ready"))
        self.warm_s, self.start_cpu_s = time.perf_counter() - started, cpu_s(self.process)

    def round(self, requests: int, *, warm_up: bool) -> None:
        """Send a round of requests, and keep what it cost unless it warms up."""
        before = cpu_s(self.process)
        outcome = send(self.port, CONNECTIONS, requests, self.n_users, self.n_tracks)
        if not warm_up:
            self.cpu.append((cpu_s(self.process) - before) / outcome.requests)
            self.p99.append(sorted(outcome.latencies_s)[outcome.requests * 99 // 100])

    def row(self) -> Iterator[str]:
        """Return the figures as a row of the table."""
        yield f"{self.n_tracks:,} x {self.n_users:,}"
        yield f"{self.bytes / 2**20:,.0f}"
        yield f"{self.first_load_s:.2f}"
        yield f"{self.load_s * 1e3:.0f}"
        yield f"{self.cold_s:.2f}"
        yield f"{self.warm_s:.2f}"
        yield f"{self.start_cpu_s:.2f}"
        yield f"{private_mib(self.process):.0f}"
        yield f"{median(self.cpu) * 1e6:.0f}"
        yield f"{median(self.p99) * 1e3:.1f}"


def _seconds_to_load(artifacts: Path) -> float:
    started = time.perf_counter()
    load(artifacts)
    return time.perf_counter() - started


def _forget_pages(artifacts: Path) -> None:
    """Drop the files from the page cache, as after a restart of the machine."""
    for file in (artifacts / "current").iterdir():
        handle = os.open(file, os.O_RDONLY)
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


if __name__ == "__main__":
    sys.exit(ended(main))
