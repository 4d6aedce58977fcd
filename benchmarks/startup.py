"""Start to ready, and memory, of one worker on given artifacts; an interpreter that imports FastAPI beside it."""

from __future__ import annotations

from cli.ending import ended

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.processes import ROOT, free_port, serving


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--artifacts", type=Path, default=ROOT / "data/artifacts", help="what Segue serves")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    report(options.artifacts, options.rounds)


def report(artifacts: Path, rounds: int) -> None:
    """Measure in interleaved rounds and print the medians."""
    starts, imports, memory = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            imports.append(_import_s())
            started_s, resident = _start(artifacts, Path(folder))
            starts.append(started_s)
            memory.append(resident)
    table = Table(title=f"Start to ready, the embedded store included ({rounds} rounds, medians)")
    table.add_column("start to ready s", justify="right")
    table.add_column("bare import of FastAPI s", justify="right")
    table.add_column("ratio", justify="right")
    table.add_column("resident MiB", justify="right")
    ratio = median(starts) / median(imports)
    table.add_row(f"{median(starts):.2f}", f"{median(imports):.2f}", f"{ratio:.1f}", f"{median(memory):.0f}")
    Console(width=140).print(table)


def _import_s() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import fastapi, uvicorn"], check=True)
    return time.perf_counter() - started


def _start(artifacts: Path, folder: Path) -> tuple[float, float]:
    """Return the seconds from the command to the first answer, and the memory in use then (MiB)."""
    port = free_port()
    environment = {
        "SEGUE_ARTIFACTS__PATH": str(artifacts),
        "SEGUE_EVENT_LOG__PATH": str(folder / "log"),
        "SEGUE_REDIS__PATH": str(folder / "store"),
    }
    started = time.perf_counter()
    with serving(["-m", "app", "--port", str(port)], port, environment, "/health/ready") as process:
        return time.perf_counter() - started, process.memory_info().rss / 2**20


if __name__ == "__main__":
    sys.exit(ended(main))
