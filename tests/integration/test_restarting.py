"""Workers come and go under requests, and no listener notices."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from app.event_log.__main__ import main as event_log
from tests.integration.test_faults import Load, until
from tests.service import Service
from tests.worlds import World


def workers(folder: Path) -> list[str]:
    """Return the processes that have begun a log that is not compressed yet."""
    return sorted({file.name.split("-")[2] for file in (folder / "log").glob("*.jsonl")})


def lives(pid: str) -> bool:
    """Whether a process is there."""
    return Path(f"/proc/{pid}").exists()


def test_workers_are_restarted_without_a_failure(tmp_path: Path, world: World) -> None:
    """At SIGUSR1 each worker makes way for another; every request is answered, and no event and no session is lost."""
    with Service(tmp_path, world.folder, SEGUE_SERVER__WORKERS="2") as service:
        until(lambda: len(workers(tmp_path)) == 2)
        before = workers(tmp_path)
        with Load(service, world.tracks) as load:
            service.process.send_signal(signal.SIGUSR1)
            until(lambda: not any(map(lives, before)), timeout_s=30)
            seen = len(load.statuses)
            until(lambda: len(load.statuses) > seen + 20)
        assert set(load.statuses) == {200}
        assert service.ready()["status"] == "ready"
    events = service.events()
    assert len(events) == len(load.statuses)
    assert len({event["session"] for event in events}) == 4  # one per listener
    assert event_log(["verify", str(tmp_path / "log")]) == 0


def test_a_restart_that_fails_changes_nothing(tmp_path: Path, world: World) -> None:
    """Where a new worker cannot start, the old ones stay, and the log says so."""
    settings = tmp_path / "settings.toml"
    settings.write_text((Path(__file__).parents[2] / "settings.toml").read_text())
    with Service(
        tmp_path / "service", world.folder, SEGUE_SERVER__WORKERS="2", SEGUE_SETTINGS=str(settings)
    ) as service:
        until(lambda: len(workers(tmp_path / "service")) == 2)
        before = workers(tmp_path / "service")
        settings.write_text("nonsense = 1\n")
        service.process.send_signal(signal.SIGUSR1)
        until(lambda: "the others stay" in service.stderr, timeout_s=30)
        assert all(map(lives, before))
        service.next(1, world.tracks[0])


def test_a_worker_that_cannot_be_replaced_leaves_the_other_alone(tmp_path: Path, world: World) -> None:
    """Where a killed worker's successor cannot start, the other goes on, and a successor is tried until one can."""
    settings = tmp_path / "settings.toml"
    good = (Path(__file__).parents[2] / "settings.toml").read_text()
    settings.write_text(good)
    folder = tmp_path / "service"
    with Service(folder, world.folder, SEGUE_SERVER__WORKERS="2", SEGUE_SETTINGS=str(settings)) as service:
        until(lambda: len(workers(folder)) == 2)
        first, second = workers(folder)
        settings.write_text("nonsense = 1\n")
        os.kill(int(first), signal.SIGKILL)
        until(lambda: service.stderr.count("another takes its place") >= 2, timeout_s=30)
        assert lives(second)
        settings.write_text(good)
        until(lambda: len([pid for pid in workers(folder) if lives(pid)]) == 2, timeout_s=30)
        assert service.process.poll() is None


def test_open_connections_are_taken_leave_of(tmp_path: Path, world: World) -> None:
    """A client with an open connection to a stopping worker is answered once more, and told to connect anew."""
    with Service(tmp_path, world.folder, SEGUE_SERVER__FAREWELL_S="5") as service:
        assert "connection" not in service.http.get("/health/live").headers
        service.process.send_signal(signal.SIGTERM)
        answers = []
        for _ in range(1000):
            answers.append(service.http.post("/next/1", json={"track": world.tracks[0], "time": 1}))
            if answers[-1].headers.get("connection") == "close":
                break
        assert {answer.status_code for answer in answers} == {200}
        assert answers[-1].headers["connection"] == "close"
        assert service.process.wait(timeout=20) in (0, -signal.SIGTERM)
    assert len(service.events()) == len(answers)
