"""The real service as a process of its own, on a free port, with its data in a folder of the test's."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from app.event_log.names import parts_of
from app.sessions.embedded import EmbeddedServer, find_binary

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN_S = 30.0


def environment(folder: Path, artifacts: Path, **overrides: str) -> dict[str, str]:
    """Return the environment of a service whose data stays below a folder."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")}
    return inherited | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "SEGUE_SETTINGS": str(ROOT / "settings.toml"),
        "SEGUE_SERVER__PORT": "0",
        "SEGUE_ARTIFACTS__PATH": str(artifacts),
        "SEGUE_EVENT_LOG__PATH": str(folder / "log"),
        "SEGUE_REDIS__PATH": str(folder / "store"),
        "SEGUE_REDIS__RETRY_AFTER_S": "0.2",
        **overrides,
    }


class Service:
    """``python -m app``, from its start until it has stopped.

    Args:
        folder: Of its log, its store and what it prints.
        artifacts: What it serves.
        overrides: SEGUE_* variables.
    """

    def __init__(self, folder: Path, artifacts: Path, **overrides: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._printed = folder / "stdout"
        self._complained = folder / "stderr"
        with self._printed.open("wb") as out, self._complained.open("wb") as complaints:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app"],
                cwd=ROOT,
                env=environment(folder, artifacts, **overrides),
                stdout=out,
                stderr=complaints,
                start_new_session=True,  # Ctrl-C is for who runs the service here, and stops it then
            )
        try:
            self.http = httpx.Client(base_url=self._address(), timeout=10)
        except BaseException:
            self._kill()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()
        self.stop()

    @property
    def stderr(self) -> str:
        """What the service complained of."""
        return self._complained.read_text()

    @property
    def store(self) -> EmbeddedServer:
        """The supervisor of the store that this service embeds."""
        binary = find_binary()
        assert binary is not None
        return EmbeddedServer(self.folder / "store", binary)

    def next(self, user: int | str, track: int | str, time: float = 1.0, **query: str | int) -> dict[str, Any]:
        """Report a playback and return the answer."""
        response = self.http.post(f"/next/{quoted(user)}", json={"track": track, "time": time}, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def last(self, user: int | str, track: int | str, time: float = 1.0) -> dict[str, Any]:
        """Report the last playback of a session and return the answer."""
        response = self.http.post(f"/last/{quoted(user)}", json={"track": track, "time": time})
        assert response.status_code == 200, response.text
        return response.json()

    def session(self, user: int | str) -> dict[str, Any] | None:
        """Return the live session without its age, or None."""
        response = self.http.get(f"/sessions/{quoted(user)}")
        return None if response.status_code == 404 else response.json() | {"age_s": None}

    def ready(self) -> dict[str, Any]:
        """Return the answer of /health/ready."""
        return self.http.get("/health/ready").json()

    def events(self) -> list[dict[str, Any]]:
        """Return every event of the log so far."""
        return logged(self.folder / "log")

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Stop and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._kill()
            raise

    def _kill(self) -> None:
        """End it by force, and the store that it would leave behind."""
        self.process.kill()
        self.process.wait()
        store = self.store
        if store.answers():
            store.ensure()
            store.release()

    def _address(self) -> str:
        """Return the address that the service prints, once it answers there."""
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline and self.process.poll() is None:
            words = self._printed.read_text().replace(",", " ").split()
            address = next((word for word in words if word.startswith("http://")), None)
            if address is not None:
                # It listens before it can answer, so that this waits for the first answer.
                httpx.get(f"{address}/health/live", timeout=READY_WITHIN_S).raise_for_status()
                return address
            time.sleep(0.02)
        raise AssertionError(f"the service did not start: {self.stderr}")


def logged(folder: Path) -> list[dict[str, Any]]:
    """Return every event of a log's folder; each line must be whole."""
    events = []
    for part in parts_of(folder):
        text = gzip.decompress(part.path.read_bytes()) if part.packed else part.path.read_bytes()
        assert text.endswith(b"\n") or not text
        events += [json.loads(line) for line in text.split(b"\n")[:-1]]
    return events


def quoted(part: int | str) -> str:
    """Return one segment of a path, percent-encoded."""
    return "".join(f"%{byte:02X}" for byte in str(part).encode())
