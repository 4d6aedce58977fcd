"""``python -m benchmarks.preprocessing``: the whole preprocessing beside merely scanning the same log.

Both run as processes of their own with the same number of threads, in alternation, so that whatever else the
machine does meets both. The interpreter's start and the imports are part of both.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

TRACKS, USERS, EVENTS = 50_000, 20_000, 1_000_000

MOST_CPU_RATIO, MOST_PEAK_MIB = 6.0, 1024.0

_SCAN = """
import sys
import polars as pl
print(pl.scan_ndjson(sys.argv[1]).select(pl.col("time").sum(), pl.len()).collect())
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took."""

    wall_s: float
    cpu_s: float  # user and system
    peak_mib: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the costs; return 1 where they exceed what is wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.preprocessing", description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS, help=f"rows of the log (default {EVENTS:,})")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, medians are shown (default 5)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a process of its own: a child's peak memory is never counted below that of the parent it was forked from.
        sizes = ["--tracks", str(TRACKS), "--users", str(USERS), "--playbacks", str(options.events), "--seed", "1"]
        _run(["-m", "preprocessing.sample", "--folder", name, *sizes])
        log = str(folder / "events.jsonl")
        whole = ["-m", "preprocessing", "--catalogue", str(folder / "tracks.jsonl"), "--log", log]
        whole += ["--artifacts", str(folder / "artifacts"), "--keep", "1"]
        costs = [(_run(["-c", _SCAN, log]), _run(whole)) for _ in range(options.rounds)]
    scan, full = (_median([cost[i] for cost in costs]) for i in (0, 1))
    ratio = statistics.median(after.cpu_s / before.cpu_s for before, after in costs)
    table = Table(title=f"{options.events:,} events, {TRACKS:,} tracks, medians of {options.rounds} rounds")
    for heading in ("", "wall s", "CPU s", "peak MiB", "events/s"):
        table.add_column(heading, justify="right")
    for what, cost in (("scan", scan), ("preprocessing", full)):
        rate = options.events / cost.wall_s
        table.add_row(what, f"{cost.wall_s:.2f}", f"{cost.cpu_s:.2f}", f"{cost.peak_mib:.0f}", f"{rate:,.0f}")
    console = Console()
    console.print(table)
    console.print(
        f"CPU {ratio:.2f} times the scan's (wanted: at most {MOST_CPU_RATIO:g}), "
        f"peak {full.peak_mib:.0f} MiB (wanted: at most {MOST_PEAK_MIB:g})"
    )
    return int(ratio > MOST_CPU_RATIO or full.peak_mib > MOST_PEAK_MIB)


def _run(arguments: Sequence[str]) -> Cost:
    threads = str(os.cpu_count() or 1)
    started_s = os.times().elapsed
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"POLARS_MAX_THREADS": threads},
    )
    # wait4 tells what this one child used; it also reaps it, which Popen has to be told.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    wall_s = os.times().elapsed - started_s
    kib = 1 if sys.platform != "darwin" else 1024  # ru_maxrss is in bytes on macOS
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / kib / 1024)


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.wall_s for cost in costs),
        statistics.median(cost.cpu_s for cost in costs),
        statistics.median(cost.peak_mib for cost in costs),
    )


if __name__ == "__main__":
    sys.exit(main())
