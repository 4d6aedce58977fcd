"""Several workers, and a store that dies, freezes or is damaged under requests: the answers go on."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from tests.service import Service
from tests.stores import client
from tests.worlds import World


def until(holds: Callable[[], bool], timeout_s: float = 60) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def store_pid(service: Service) -> int:
    """Return the process of the embedded store."""
    with client(service.store.url) as redis:
        return int(redis.info("server")["process_id"])


def wrote(folder: Path) -> set[str]:
    """Return the processes that logged a playback."""
    return {file.name.split("-")[2] for file in (folder / "log").glob("*.jsonl") if file.stat().st_size}


class Load:
    """Listeners that play without a pause; use it in a ``with``."""

    def __init__(self, service: Service, tracks: tuple[Any, ...], listeners: int = 4) -> None:
        self.statuses: list[int] = []
        self._service, self._tracks = service, tracks
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._play, args=(9000 + i,)) for i in range(listeners)]

    def _play(self, user: int) -> None:
        with httpx.Client(base_url=self._service.http.base_url, timeout=10) as http:
            for i in range(1_000_000):
                if self._over.is_set():
                    return
                body = {"track": self._tracks[i % len(self._tracks)], "time": 0.5}
                self.statuses.append(http.post(f"/next/{user}", json=body).status_code)

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        until(lambda: len(self.statuses) > 20)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def test_sessions_continue_across_workers(tmp_path: Path, world: World) -> None:
    """With two workers one listener's session is one, whoever answers, and each worker logs to a file of its own."""
    with Service(tmp_path, world.folder, SEGUE_SERVER__WORKERS="2", SEGUE_SERVER__CHAIN="segue") as service:
        until(lambda: len(list((tmp_path / "log").glob("*.jsonl"))) == 2)  # both workers have started
        requests = 0
        while requests < 60 or (len(wrote(tmp_path)) < 2 and requests < 1000):
            with httpx.Client(base_url=service.http.base_url, timeout=10) as http:  # a connection, perhaps a worker
                response = http.post("/next/1", json={"track": world.tracks[requests % 24], "time": 0.5})
                assert response.status_code == 200
                requests += 1
        events = service.events()
    assert sorted(event["position"] for event in events) == list(range(requests))
    assert len({event["session"] for event in events}) == 1
    assert len(wrote(tmp_path)) == 2, "only one worker answered"


def test_connections_are_shared_equally(tmp_path: Path, world: World) -> None:
    """Of 20 connections that stay open each of two workers answers about 10."""

    def lines() -> list[int]:
        return [file.read_bytes().count(b"\n") for file in sorted((tmp_path / "log").glob("*.jsonl"))]

    with Service(tmp_path, world.folder, SEGUE_SERVER__WORKERS="2") as service, ExitStack() as stack:
        body = {"track": world.tracks[0], "time": 0.5}
        while len(wrote(tmp_path)) < 2:  # until both workers have started
            with httpx.Client(base_url=service.http.base_url, timeout=10) as http:
                http.post("/next/1", json=body).raise_for_status()
        before = lines()
        for user in range(2, 22):
            http = stack.enter_context(httpx.Client(base_url=service.http.base_url, timeout=10))
            http.post(f"/next/{user}", json=body).raise_for_status()
        answered = [now - then for now, then in zip(lines(), before, strict=True)]
        assert sum(answered) == 20
        assert min(answered) >= 8, answered  # one more connection is open: that of the service's own client


def test_a_killed_store_is_not_noticed_by_listeners(tmp_path: Path, world: World) -> None:
    """Under kill -9 of the store amid requests every answer is a 200, the store comes back, sessions go on."""
    with Service(tmp_path, world.folder) as service:
        for track in world.tracks[:5]:
            service.next(1, track, 0.9)
        before = service.session(1)
        with Load(service, world.tracks) as load:
            for _ in range(2):
                time.sleep(1.2)  # the append-only file reaches the disk each second
                killed = store_pid(service)
                os.kill(killed, signal.SIGKILL)
                until(lambda: service.store.answers() and service.ready()["status"] == "ready")
                assert store_pid(service) != killed
        assert set(load.statuses) == {200}
        assert service.session(1) == before
        service.next(1, world.tracks[5], 0.9)
        assert service.session(1)["position"] == 5  # type: ignore[index]
        expected = len(load.statuses) + 6
        assert len(service.events()) == expected
        sessions = {(event["user"], event["session"]) for event in service.events()}
        assert len(sessions) == 5  # one per listener: none was lost and begun anew
        counted = {(event["session"], event["position"]) for event in service.events()}
        assert len(counted) == expected  # no playback was forgotten or counted twice


def test_a_frozen_store_degrades_and_says_why(tmp_path: Path, world: World) -> None:
    """While the store is frozen answers go on from memory and /health/ready tells why; then all is written back."""
    with Service(tmp_path, world.folder) as service:
        service.next(1, world.tracks[0], 0.9)
        frozen = store_pid(service)
        os.kill(frozen, signal.SIGSTOP)
        try:
            with Load(service, world.tracks) as load:
                until(lambda: service.ready()["status"] == "degraded")
                reason = service.ready()["dependencies"]["session_store"]["reason"]
                service.next(1, world.tracks[1], 0.9)
                ended = service.http.delete("/sessions/1")
        finally:
            os.kill(frozen, signal.SIGCONT)
        assert set(load.statuses) == {200}
        assert "does not answer" in reason
        assert "memory" in reason
        assert ended.status_code == 503
        assert ended.headers["content-type"] == "application/problem+json"
        until(lambda: service.ready()["status"] == "ready")
        assert store_pid(service) == frozen
        service.next(1, world.tracks[2], 0.9)


def test_a_store_by_url_that_is_not_there(tmp_path: Path, world: World) -> None:
    """A Redis that cannot be reached at the start is no reason not to answer; readiness says so."""
    with Service(tmp_path, world.folder, SEGUE_REDIS__URL="redis://127.0.0.1:1/0") as service:
        for track in world.tracks[:3]:
            service.next(1, track, 0.0)
        assert service.session(1)["penalty"] == 3  # type: ignore[index]
        assert service.ready()["status"] == "degraded"
        service.last(1, world.tracks[3])
        assert service.session(1) is None
    assert "Traceback" not in service.stderr


def test_a_damaged_session_is_one_users_trouble(tmp_path: Path, world: World) -> None:
    """A key that holds nonsense is answered all the same, and harms nobody else."""
    with Service(tmp_path, world.folder) as service:
        with client(service.store.url) as redis:
            redis.set("segue:session:1", "nonsense")
            redis.hset("segue:session:2", mapping={"id": "x", "ended": "0"})
        for user in (1, 2, 3):
            service.next(user, world.tracks[0])
            service.next(user, world.tracks[1])
            assert service.http.get(f"/sessions/{user}").status_code in (200, 404)
        assert service.ready()["status"] == "ready"
        assert service.session(3)["position"] == 1  # type: ignore[index]
        assert service.http.delete("/sessions/1").status_code == 204
        service.next(1, world.tracks[0])
        assert service.session(1)["position"] == 0  # type: ignore[index]
    assert "Traceback" not in service.stderr
