"""Real servers under measurement, and the CPU time and memory that the kernel counts for them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """Return a TCP port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def segue_environment(artifacts: Path, folder: Path) -> dict[str, str]:
    """Return the settings of a Segue under measurement: one chain for everybody, its files in a folder."""
    return {
        "SEGUE_SERVER__CHAIN": "segue",
        "SEGUE_ARTIFACTS__PATH": str(artifacts),
        "SEGUE_EVENT_LOG__PATH": str(folder / "log"),
        "SEGUE_REDIS__PATH": str(folder / "store"),
    }


@contextmanager
def serving(command: list[str], port: int, environment: Mapping[str, str], path: str) -> Iterator[psutil.Process]:
    """Run a server while the block lasts; it is ready when ``path`` answers."""
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    try:
        wait_until_ready(port, path)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_until_ready(port: int, path: str, timeout_s: float = 30.0) -> None:
    """Return when a server answers.

    Raises:
        TimeoutError: It did not in time.
    """
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1):
                return
        except OSError:
            time.sleep(0.01)
    raise TimeoutError(f"nothing answered on port {port} within {timeout_s} s")


def cpu_s(process: psutil.Process) -> float:
    """Return the CPU time that a process has used so far, in user and system mode."""
    used = process.cpu_times()
    return float(used.user + used.system)


def private_mib(process: psutil.Process) -> float:
    """Return the memory that is this process's alone; pages of mapped files are shared."""
    return float(process.memory_full_info().uss) / 2**20
