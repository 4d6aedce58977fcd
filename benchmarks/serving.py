"""CPU time per POST /next, Segue beside the bare endpoint, in interleaved rounds.

CPU time of the server's process is far steadier on a shared machine than requests per second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import urllib.request
from pathlib import Path
from statistics import median

import psutil
from rich.console import Console
from rich.table import Table

from app.sessions.embedded import EmbeddedServer, find_binary
from benchmarks.load import Outcome, post_next
from benchmarks.processes import ROOT, cpu_s, free_port, segue_environment, serving
from cli.ending import ended
from preprocessing.artifacts import load


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--artifacts", type=Path, default=ROOT / "data/artifacts", help="what Segue serves")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=6400, help="per round and server")
    options = parser.parse_args()
    table = Table(title="POST /next, one worker each (medians; ratio = Segue / bare, with its range over the rounds)")
    for heading in ("connections", "CPU µs bare", "CPU µs Segue", "CPU ratio", "requests/s ratio", "p50 ms", "p99 ms"):
        table.add_column(heading, justify="right")
    with tempfile.TemporaryDirectory() as folder:
        for connections in (32, 1):
            table.add_row(*measure(Path(folder), options.artifacts, connections, options.rounds, options.requests))
    Console(width=140).print(table)


def measure(folder: Path, artifacts: Path, connections: int, rounds: int, requests: int) -> list[str]:
    """Return one row of the table."""
    binary = find_binary()
    if binary is None:
        raise SystemExit("this benchmark needs a Valkey or Redis server")
    store = EmbeddedServer(folder / "store", binary)
    store.ensure()
    loaded = load(artifacts)
    ports = {"bare": free_port(), "segue": free_port()}
    bare = ["-m", "uvicorn", "benchmarks.bare:app", "--port", str(ports["bare"]), "--no-access-log"]
    environment = {
        **segue_environment(artifacts, folder),
        "SEGUE_REDIS__URL": store.url,
        "BARE_REDIS_URL": store.url,
    }
    cpu: dict[str, list[float]] = {name: [] for name in ports}
    seen: dict[str, list[Outcome]] = {name: [] for name in ports}
    segue = ["-m", "app", "--port", str(ports["segue"])]
    with (
        serving([*bare, "--log-level", "warning"], ports["bare"], environment, "/openapi.json") as bare_process,
        serving(segue, ports["segue"], environment, "/health/live") as segue_process,
    ):
        processes: dict[str, psutil.Process] = {"bare": bare_process, "segue": segue_process}
        for number in range(rounds + 1):
            for name, process in processes.items():
                before = cpu_s(process)
                outcome = asyncio.run(
                    post_next(ports[name], connections, requests, max(loaded.n_users, 1), loaded.n_tracks)
                )
                if number:  # the first round warms up
                    cpu[name].append((cpu_s(process) - before) / outcome.requests)
                    seen[name].append(outcome)
                if name == "segue" and outcome.failed:
                    raise SystemExit(f"{outcome.failed} requests failed")
            check_healthy(ports["segue"])
    store.release()
    ratios = [mine / other for mine, other in zip(cpu["segue"], cpu["bare"], strict=True)]
    rates = [
        (mine.requests / mine.elapsed_s) / (other.requests / other.elapsed_s)
        for mine, other in zip(seen["segue"], seen["bare"], strict=True)
    ]
    latencies = sorted(latency for outcome in seen["segue"] for latency in outcome.latencies_s)
    return [
        str(connections),
        f"{median(cpu['bare']) * 1e6:.0f}",
        f"{median(cpu['segue']) * 1e6:.0f}",
        f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
        f"{median(rates):.2f}",
        f"{latencies[len(latencies) // 2] * 1e3:.2f}",
        f"{latencies[len(latencies) * 99 // 100] * 1e3:.2f}",
    ]


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
