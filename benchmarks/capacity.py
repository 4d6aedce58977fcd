"""``python -m benchmarks.capacity``: what one request, session, event, user and track take, and what follows.

The formulas, and what is assumed about listeners, are those of docs/capacity.md.
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import math
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil
from redis import Redis
from rich.console import Console
from rich.table import Table

from app.sessions.embedded import EmbeddedServer, find_binary
from benchmarks import all_events
from benchmarks.generated import generate
from benchmarks.load import send
from benchmarks.processes import cpu_s, free_port, segue_environment, serving
from benchmarks.serving import check_healthy

# Assumed of listeners, not measured: set them to yours.
PLAYBACKS_OF_DAY, PEAK, BUSY = 20, 3.0, 0.6  # per user; peak over mean; share of a core that is planned for
PLAYBACKS_OF_SESSION, SESSION_S, TTL_S = 10, 1800, 3600
PLAYBACKS_KEPT = 100  # of a user, in the log that is learned from
CORES_OF_MACHINE, CONNECTIONS = 8, 32  # connections of a balancer to a worker
TASK_BYTES = 64 * 2**30  # memory of the one task of the preprocessing that is of all events of a cell
COPIES = 2  # machines that can answer for a user, at least
AUDIENCES = ((1_000, 50_000), (1_000_000, 1_000_000), (100_000_000, 1_000_000))  # users, tracks
CELL_USERS = 2**24  # what one set of artifacts holds at most, see preprocessing/pairs.py


@dataclass(frozen=True, slots=True)
class Measured:
    """What one of each takes."""

    request_s: float  # CPU of the service
    store_s: float  # CPU of the store, per request
    session_bytes: float  # in the store
    event_bytes: float  # in the log, plain
    user_bytes: float  # in the artifacts
    track_bytes: float
    private_bytes: float  # of a worker
    task_s: float  # CPU of the task of all events, per playback
    task_bytes: float  # its memory, per playback


def main() -> None:
    """Measure, compute, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capacity", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measured = measure(Path(name), options.requests)
    console = Console(width=140)
    console.print(
        f"request {measured.request_s * 1e6:.0f} µs, store {measured.store_s * 1e6:.0f} µs, "
        f"session {measured.session_bytes:.0f} B, event {measured.event_bytes:.0f} B, "
        f"user {measured.user_bytes:.0f} B, track {measured.track_bytes:.0f} B, "
        f"worker {measured.private_bytes / 2**20:.0f} MiB, "
        f"playback {measured.task_s * 1e6:.1f} µs and {measured.task_bytes:.0f} B of the task"
    )
    table = Table()
    for heading in ("users", "requests/s", "cells", "service cores", "machines", "store cores"):
        table.add_column(heading, justify="right")
    for heading in ("store GiB", "GiB a machine", "log GiB a day", "task hours"):
        table.add_column(heading, justify="right")
    for users, tracks in AUDIENCES:
        table.add_row(*plan(measured, users, tracks))
    console.print(table)


def measure(folder: Path, requests: int) -> Measured:
    """Return what one of each takes, from a real service over generated artifacts."""
    base, more_tracks, more_users = (
        _artifact_bytes(folder / f"{tracks}-{users}", tracks, users)
        for tracks, users in ((50_000, 10_000), (60_000, 10_000), (50_000, 20_000))
    )
    binary = find_binary()
    if binary is None:
        raise SystemExit("this benchmark needs a Valkey or Redis server")
    store = EmbeddedServer(folder / "store", binary)
    store.ensure()
    port = free_port()
    environment = {**segue_environment(folder / "50000-10000", folder), "SEGUE_REDIS__URL": store.url}
    with (
        Redis.from_url(store.url) as redis,
        serving(["-m", "app", "--port", str(port)], port, environment, "/health/ready") as process,
    ):
        empty = redis.info("memory")["used_memory"]
        server = psutil.Process(redis.info("server")["process_id"])
        before, store_before = cpu_s(process), cpu_s(server)
        # Every session is another user's; one that ended stays until its time is over, so that its size is seen.
        outcome = send(port, CONNECTIONS, requests, 10**9, 50_000, PLAYBACKS_OF_SESSION)
        request_s, store_s = cpu_s(process) - before, cpu_s(server) - store_before
        session_bytes = (redis.info("memory")["used_memory"] - empty) / max(int(redis.dbsize()), 1)
        private = process.memory_full_info().uss
        check_healthy(port)
    store.release()
    log = sum(file.stat().st_size for file in (folder / "log").rglob("*") if file.is_file())
    return Measured(
        request_s / outcome.requests,
        store_s / outcome.requests,
        session_bytes,
        log / outcome.requests,
        (more_users - base) / 10_000,
        (more_tracks - base) / 10_000,
        private,
        *all_events.per_playback(*map(all_events.measure, all_events.EVENTS)),
    )


def plan(measured: Measured, users: int, tracks: int) -> list[str]:
    """Return a row of the table."""
    peak_rate = users * PLAYBACKS_OF_DAY * PEAK / 86_400
    playbacks = users * PLAYBACKS_KEPT
    cells = max(-(-users // CELL_USERS), math.ceil(playbacks * measured.task_bytes / TASK_BYTES))
    cores = peak_rate * measured.request_s / BUSY
    machines = max(COPIES, math.ceil(cores / CORES_OF_MACHINE))
    live = peak_rate / PLAYBACKS_OF_SESSION * (SESSION_S + TTL_S)
    of_machine = math.ceil(COPIES * cells / machines)  # cells that one machine answers for
    artifacts = of_machine * (users / cells * measured.user_bytes + tracks * measured.track_bytes)
    workers = max(of_machine, min(CORES_OF_MACHINE, max(cores, 1))) * measured.private_bytes
    return [
        f"{users:,}",
        f"{peak_rate:,.1f}",
        f"{cells}",
        f"{cores:,.2f}",
        f"{machines:.0f}",
        f"{peak_rate * measured.store_s / BUSY:,.2f}",
        f"{live * measured.session_bytes / 2**30:,.3f}",
        f"{(artifacts + workers) / 2**30:,.2f}",
        f"{users * PLAYBACKS_OF_DAY * measured.event_bytes / 2**30:,.3f}",
        f"{playbacks / cells * measured.task_s / 3600:.2f}",
    ]


def _artifact_bytes(folder: Path, n_tracks: int, n_users: int) -> int:
    generate(folder, n_tracks, n_users, seed=1)
    return sum(file.stat().st_size for file in (folder / "current").glob("*.npy"))


if __name__ == "__main__":
    sys.exit(ended(main))
