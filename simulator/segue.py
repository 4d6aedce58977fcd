"""A real Segue, started for a run over HTTP and stopped after it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.errors import SimulatorError

_ADDRESS = re.compile(r"https?://[^\s,]+")
_STOP_S = 30


@contextmanager
def segue(artifacts: Path, experiments: str) -> Iterator[str]:
    """Serve artifacts on a free port with an embedded store of its own, and give the address.

    Args:
        artifacts: A version, or the folder of versions.
        experiments: JSON, as in settings.toml.

    Raises:
        SimulatorError: It did not start.
    """
    with tempfile.TemporaryDirectory(prefix="segue-") as name:
        folder = Path(name)
        environment = os.environ | {
            "SEGUE_ARTIFACTS__PATH": str(artifacts),
            "SEGUE_EVENT_LOG__PATH": str(folder / "log"),
            "SEGUE_REDIS__PATH": str(folder / "store"),
            "SEGUE_REDIS__URL": "",
            "SEGUE_SERVER__HOST": "127.0.0.1",
            "SEGUE_SERVER__PORT": "0",
            "SEGUE_SERVER__CHAIN": "",
            "SEGUE_EXPERIMENTS": experiments,
        }
        errors = folder / "errors.txt"
        with errors.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "app"], env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True
            )
        try:
            assert process.stdout is not None  # noqa: S101  # a pipe was asked for
            # Connections wait in the socket's queue until the workers are ready.
            found = _ADDRESS.search(process.stdout.readline())
            if found is None:
                raise SimulatorError(f"Segue did not start: {errors.read_text(errors='replace').strip()}")
            yield found[0]
        finally:
            process.terminate()
            try:
                process.communicate(timeout=_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
