"""Newer artifacts under requests: taken up without a failure, or refused without harm."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from preprocessing.artifacts import publish, versions
from tests.integration.test_faults import Load, until
from tests.integration.test_metrics import samples
from tests.service import Service
from tests.tiny import columns, draft
from tests.worlds import World, integer_world

NEVER = {"SEGUE_ARTIFACTS__RELOAD_CHECK_S": "3600"}


@pytest.fixture
def old(tmp_path: Path) -> World:
    """A published version that is current."""
    return integer_world(tmp_path / "artifacts")


def publish_other(root: Path) -> str:
    """Publish a version none of whose tracks, 0 to 11, is in the other one; return its name."""
    return publish(root, draft(columns())).name


def publish_damaged(root: Path) -> str:
    """Publish a version with one flipped bit; return its name."""
    folder = publish(root, draft(columns()))
    file = folder / "track_appeal.npy"
    damaged = bytearray(file.read_bytes())
    damaged[-1] ^= 1
    file.write_bytes(damaged)
    return folder.name


def serving(service: Service) -> dict[str, float]:
    """Return how many workers serve each version."""
    return {labels[0]: count for labels, count in samples(service)["segue_artifacts_workers"].items() if count}


def mapped(pid: int, version: str) -> set[str]:
    """Return the files of a version that a process has mapped."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return {Path(line.split()[5]).name for line in lines if f"/{version}/" in line}


@pytest.mark.parametrize("how", ["noticed", "hangup", "post"])
def test_a_newer_version_is_taken_up_under_load(tmp_path: Path, old: World, how: str) -> None:
    """Every worker goes over to it, by itself, at SIGHUP or by a call, and every request is answered meanwhile."""
    root = old.folder.parent
    settings = {"SEGUE_SERVER__WORKERS": "2", **({} if how == "noticed" else NEVER)}
    with Service(tmp_path / "service", root, **settings) as service:
        until(lambda: serving(service) == {old.folder.name: 2})
        with Load(service, old.tracks) as load:
            version = integer_world(root).folder.name
            if how == "hangup":
                service.process.send_signal(signal.SIGHUP)
            elif how == "post":
                assert service.http.post("/admin/reload").json()["version"] == version
            until(lambda: serving(service) == {version: 2})
        assert set(load.statuses) == {200}
        assert service.ready()["dependencies"]["artifacts"] == {"status": "ok", "reason": f"version {version}"}
        until(lambda: samples(service)["segue_artifacts_loaded_total"] == {(): 2})


def test_the_old_pages_are_let_go(tmp_path: Path, old: World) -> None:
    """Of the version before, only the ids of its tracks stay mapped: a listener may be hearing one."""
    with Service(tmp_path / "service", old.folder.parent, **NEVER) as service:
        service.next(1, old.tracks[0])
        pid = service.process.pid
        assert len(mapped(pid, old.folder.name)) > 10
        for _ in range(3):
            version = integer_world(old.folder.parent).folder.name
            assert service.http.post("/admin/reload").json()["version"] == version
            service.next(1, old.tracks[0])
        assert mapped(pid, old.folder.name) == set()
        before = versions(old.folder.parent)[:-1]
        assert [len(mapped(pid, version.name)) for version in before] == [0, 0, 1]


def test_sessions_outlive_their_tracks(tmp_path: Path, old: World) -> None:
    """A session goes on whose tracks, the one that is heard now too, have all left the catalogue."""
    with Service(tmp_path / "service", old.folder.parent, SEGUE_SERVER__CHAIN="segue", **NEVER) as service:
        heard = service.next(1, old.tracks[0])["track"]
        publish_other(old.folder.parent)
        assert service.http.post("/admin/reload").status_code == 200
        answers = [service.next(1, heard)["track"]]
        for _ in range(5):
            answers.append(service.next(1, answers[-1])["track"])
        assert len(set(answers)) == 6
        assert set(answers) <= set(range(12))
        session = service.session(1)
        assert session is not None
        assert (session["position"], session["anchor"]) == (6, old.tracks[0])
        assert service.http.post("/next/1", json={"track": 7777, "time": 1}).status_code == 404
        assert service.last(1, old.tracks[1]) == {"user": 1}


@pytest.mark.parametrize("what", ["damaged", "vanished"])
def test_a_bad_version_is_refused(tmp_path: Path, old: World, what: str) -> None:
    """The old version goes on, the reason is in the log, the metrics and readiness; a good one ends that."""
    root = old.folder.parent
    with Service(tmp_path / "service", root) as service:
        with Load(service, old.tracks) as load:
            if what == "damaged":
                publish_damaged(root)
            else:
                shutil.rmtree(root)
            until(lambda: service.ready()["status"] == "degraded")
            until(lambda: samples(service)["segue_artifacts_refused_now"] == {(): 1})
            named = "checksum" if what == "damaged" else "no artifacts folder"
            reason = service.ready()["dependencies"]["artifacts"]["reason"]
            assert old.folder.name in reason
            assert named in reason
            assert service.stderr.count(named) == 1
            refused = service.http.post("/admin/reload")
            assert refused.status_code == 409
            assert named in refused.json()["detail"]
            assert samples(service)["segue_artifacts_refused_total"] == {(): 2}
            version = integer_world(root).folder.name
            until(lambda: serving(service) == {version: 1})
        assert set(load.statuses) == {200}
        assert service.ready()["status"] == "ready"
        assert samples(service)["segue_artifacts_refused_now"] == {(): 0}


def test_a_passing_mistake_does_not_end_the_watch(tmp_path: Path, old: World) -> None:
    """Where ``current`` led to itself for a while, what it leads to afterwards is taken up."""
    root = old.folder.parent
    with Service(tmp_path / "service", root) as service:
        (root / "current").unlink()
        (root / "current").symlink_to("current")
        until(lambda: service.ready()["status"] == "degraded")
        (root / "current").unlink()
        version = integer_world(root).folder.name
        until(lambda: serving(service) == {version: 1})
        assert service.ready()["status"] == "ready"
        assert "Traceback" not in service.stderr


def test_a_worker_that_starts_beside_a_bad_version_serves_the_good_one(tmp_path: Path, old: World) -> None:
    """Where a worker dies while the newest version is damaged, the one in its place serves what the others serve."""
    with Service(tmp_path / "service", old.folder.parent, SEGUE_SERVER__WORKERS="2") as service:
        until(lambda: serving(service) == {old.folder.name: 2})
        publish_damaged(old.folder.parent)
        until(lambda: samples(service)["segue_artifacts_refused_now"] == {(): 2})
        files = set((tmp_path / "service" / "log").glob("*.jsonl"))
        os.kill(int(min(files).name.split("-")[2]), signal.SIGKILL)
        until(lambda: bool(set((tmp_path / "service" / "log").glob("*.jsonl")) - files))  # another one has started
        until(lambda: serving(service) == {old.folder.name: 2})
        assert samples(service)["segue_artifacts_refused_now"] == {(): 2}
