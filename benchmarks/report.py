"""How long the A/B report takes and how much memory, side by side with merely scanning the same log.

Run it with `python -m benchmarks.report`. Each run is a process of its own, so that its memory is its own and
starting Python and importing are part of its time; the two kinds of run alternate, so that a machine that is
busy for a while is unjust to neither.
"""

from cli.ending import ended

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

REAL_LOG = Path(__file__).parents[2] / "shared" / "data" / "botify" / "events.jsonl"
BUDGET_S, BUDGET_MIB = 10, 1024
_SCAN = """
import sys
import polars as pl
from experiments.report.log import SCHEMA
pl.scan_ndjson(sys.argv[1], schema=SCHEMA, ignore_errors=True).select(pl.all().count()).collect()
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One process: wall-clock seconds and peak resident memory, which counts the mapped log too."""

    seconds: float
    mebibytes: float


def generate_log(path: Path, events: int, users: int, seed: int = 31312) -> None:
    """Write a log in Segue's own format: two weeks, the last ten days of which are an experiment of three."""
    rng = np.random.default_rng(seed)
    lengths = rng.poisson(9, events // 9) + 1
    sessions = np.repeat(np.arange(lengths.size), lengths)[:events]
    first = np.flatnonzero(np.diff(sessions, prepend=-1))
    position = np.arange(sessions.size) - first[sessions]
    user = rng.integers(users, size=lengths.size)[sessions]
    day_ms = 86_400_000
    start = (1_700_000_000_000 + rng.integers(14 * day_ms, size=lengths.size))[sessions]
    treatment = np.array(["C", "T1", "T2"])[user % 3]
    heard = np.clip(rng.normal(0.6, 0.3, sessions.size) * 0.97**position, 0, 1)
    closing = np.diff(sessions, append=-1) != 0
    in_test = start >= 1_700_000_000_000 + 4 * day_ms
    pl.DataFrame(
        {
            "message": np.where(closing, "last", "next"),
            "timestamp": start + 180_000 * position,
            "user": user,
            "track": rng.integers(50_000, size=sessions.size),
            "time": heard.round(4),
            "latency": rng.gamma(3, 0.001, sessions.size),
            "recommendation": np.minimum(rng.zipf(1.3, sessions.size), 50_000),
            "experiments": [{"SEGUE": t} if on else {"SEGUE": None} for t, on in zip(treatment, in_test, strict=True)],
            "session": sessions.astype(str),
            "position": position,
            "chain": ["segue"] * sessions.size,
            "strategy": ["sticky_artist"] * sessions.size,
        }
    ).write_ndjson(path)


def measure(*arguments: str) -> Run:
    """Run Python with these arguments to its end."""
    began = perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments[:4])} failed with status {process.returncode}.")
    scale = 1024**2 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    return Run(perf_counter() - began, usage.ru_maxrss / scale)


def main() -> None:
    """Measure and print the medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=main.__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="in the generated log (default: %(default)s)")
    parser.add_argument("--users", type=int, default=30_000, help="in the generated log (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="of each kind (default: %(default)s)")
    options = parser.parse_args()
    table = Table(title=f"Medians of {options.runs} runs, each a process of its own", title_justify="left")
    for column in ("log", "events", "report s", "report MiB", "scan s", "scan MiB", "report / scan"):
        table.add_column(column, justify="left" if column == "log" else "right")
    with tempfile.TemporaryDirectory() as folder:
        generated = Path(folder) / "events.jsonl"
        # In a process of its own: Linux counts what the parent held at the fork as its children's peak.
        writer = get_context("spawn").Process(target=generate_log, args=(generated, options.events, options.users))
        writer.start()
        writer.join()
        logs = {"generated": generated} | ({"real": REAL_LOG} if REAL_LOG.is_file() else {})
        for name, log in logs.items():
            events = sum(1 for _ in log.open("rb"))
            table.add_row(name, f"{events:,}", *_compare(log, Path(folder), options.runs))
    Console().print(table)
    print(f"Budget for a million events: {BUDGET_S} s and {BUDGET_MIB} MiB; for the real log: 2 s.")


def _compare(log: Path, folder: Path, runs: int) -> list[str]:
    html, figures = str(folder / "report.html"), str(folder / "report.json")
    reports, scans = [], []
    for _ in range(runs):
        scans.append(measure("-c", _SCAN, str(log)))
        reports.append(measure("-m", "experiments", "report", str(log), "--html", html, "--json", figures))
    report_s, scan_s = (statistics.median(run.seconds for run in runs_) for runs_ in (reports, scans))
    report_mib, scan_mib = (statistics.median(run.mebibytes for run in runs_) for runs_ in (reports, scans))
    return [
        f"{report_s:.2f}",
        f"{report_mib:,.0f}",
        f"{scan_s:.2f}",
        f"{scan_mib:,.0f}",
        f"{report_s / scan_s:.1f}",
    ]


if __name__ == "__main__":
    sys.exit(ended(main))
