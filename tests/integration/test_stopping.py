"""A stop loses nothing, and the log that it leaves is what preprocessing reads."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.service import ROOT, Service
from tests.worlds import World


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_stop_under_load_loses_no_line(tmp_path: Path, world: World, stop: signal.Signals, workers: str) -> None:
    """After a signal amid requests every answer that was given is in the log once, and nothing was complained of."""
    numbers = count()
    answered: Counter[str] = Counter()
    with Service(tmp_path, world.folder, SEGUE_SERVER__WORKERS=workers) as service:

        def play(listener: int) -> None:
            """Send requests until the service is gone."""
            with httpx.Client(base_url=service.http.base_url, timeout=10) as http:
                while True:
                    name = f"r{next(numbers)}"
                    try:
                        response = http.post(
                            f"/next/{listener}", json={"track": 100, "time": 1}, headers={"X-Request-ID": name}
                        )
                    except httpx.TransportError:
                        return
                    assert response.status_code == 200
                    answered[name] += 1
                    if len(answered) == 300:
                        service.process.send_signal(stop)

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(play, range(8)))
        assert service.process.wait(timeout=20) in (0, -stop)
    assert service.stderr == ""
    logged = Counter(event["request"] for event in service.events())
    assert answered.keys() <= logged.keys()
    assert max(logged.values()) == 1
    assert not service.store.answers()


def test_sessions_outlive_a_restart(tmp_path: Path, world: World) -> None:
    """A service that was stopped and started again goes on with every session."""
    with Service(tmp_path, world.folder) as service:
        service.next(1, world.tracks[0])
        before = service.session(1)
    with Service(tmp_path, world.folder) as service:
        assert service.session(1) == before
        service.next(1, world.tracks[1])
        assert service.session(1)["position"] == 1  # type: ignore[index]


def test_a_worker_that_is_killed_loses_no_line(tmp_path: Path, world: World) -> None:
    """After kill -9 of the service whatever was answered is in the log."""
    with Service(tmp_path, world.folder) as service:
        store = service.store
        store.ensure()  # so that the store is stopped in the end
        for track in world.tracks:
            service.next(1, track)
        service.process.kill()
        service.process.wait()
        assert [event["track"] for event in service.events()] == list(world.tracks)
        store.release()


@pytest.mark.parametrize("texts", [False, True], ids=["integers", "strings"])
def test_the_log_feeds_preprocessing(tmp_path: Path, world: World, text_world: World, texts: bool) -> None:
    """Serve, log, preprocess, serve: Segue's own log drops no row, and its artifacts serve."""
    used = text_world if texts else world
    catalogue = tmp_path / "tracks.jsonl"
    rows = [{"track": track, "artist": f"artist {i % 5}", "title": f"t {i}"} for i, track in enumerate(used.tracks)]
    catalogue.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    with Service(tmp_path, used.folder, SEGUE_SERVER__WORKERS="2") as service:
        for user in used.users:
            for start in used.tracks[:3]:
                track = start
                for step in range(6):
                    track = service.next(user, track, step / 5)["track"]
                service.last(user, track, 1)
    played = len(used.users) * 3 * 7
    fields = {"message", "timestamp", "user", "track", "time", "latency", "recommendation", "experiments"}
    own = {"session", "position", "chain", "strategy", "propensity", "request", "seq"}
    assert all(event.keys() == fields | own for event in service.events())
    artifacts = tmp_path / "artifacts"
    command = [sys.executable, "-m", "preprocessing", "--catalogue", str(catalogue)]
    command += ["--log", str(tmp_path / "log"), "--artifacts", str(artifacts)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=60)
    manifest = json.loads((artifacts / "current" / "manifest.json").read_text())
    assert sum(manifest["dropped"].values()) == 0
    assert manifest["counts"]["events"] == played
    assert manifest["counts"]["sessions"] == len(used.users) * 3
    assert manifest["counts"]["users"] == len(used.users)
    with Service(tmp_path / "again", artifacts) as service:
        user = used.users[0]
        assert service.http.get(f"/users/{user}").json()["known"] is True
        assert service.next(user, used.tracks[0])["track"] in used.tracks
