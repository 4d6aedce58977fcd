"""A user is forgotten: the session at once, the events with the next artifacts."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from rich.console import Console

from preprocessing.artifacts import Artifacts, load, publish
from preprocessing.parameters import Parameters
from preprocessing.pipeline import build
from preprocessing.progress import Reporter
from tests.service import Service
from tests.worlds import World


def learned(service: Service, world: World, folder: Path) -> Artifacts:
    """Return the artifacts that the service's own log makes."""
    catalogue = folder / "tracks.jsonl"
    rows = [{"track": track, "artist": "A", "title": str(track)} for track in world.tracks]
    catalogue.write_text("\n".join(map(json.dumps, rows)))
    with (folder / "console").open("w") as out:
        built = build([str(catalogue)], [str(service.folder / "log")], Parameters(), Reporter(Console(file=out)))
    return load(publish(folder / "artifacts", built.draft))


def test_forgetting(tmp_path: Path, world: World) -> None:
    """DELETE /users ends the session and says what follows; the user's events go, others' and later ones stay."""
    with Service(tmp_path / "service", world.folder) as service:
        service.next(71, world.tracks[0])
        service.next(72, world.tracks[0])
        service.next(73, world.tracks[0])
        for user in (71, 73):
            answer = service.http.delete(f"/users/{user}")
            assert answer.status_code == 200
            assert answer.json()["user"] == user
            assert "make preprocess" in answer.json()["events"]
            assert service.session(user) is None
        assert service.session(72) is not None
        service.next(73, world.tracks[1])
        found = learned(service, world, tmp_path)
        assert found.user_ids.find(71) is None
        assert found.user_ids.find(72) is not None
        assert found.user_ids.find(73) is not None
        assert found.manifest.counts.events == 2
        assert found.manifest.dropped["forgotten"] == 2 + 2
        mode = (service.folder / "log" / "forgotten.jsonl").stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_that_takes_no_tombstone(tmp_path: Path, world: World) -> None:
    """Where the tombstone cannot be written nothing is forgotten, and the answer says so."""
    with Service(tmp_path / "service", world.folder) as service:
        service.next(71, world.tracks[0])
        folder = service.folder / "log"
        folder.chmod(0o500)
        try:
            answer = service.http.delete("/users/71")
        finally:
            folder.chmod(0o700)
        assert answer.status_code == 503
        assert answer.json()["title"] == "Not forgotten everywhere"
        assert service.session(71) is not None


def test_a_store_that_is_away(tmp_path: Path, world: World) -> None:
    """While the store is away the events are forgotten and the answer says that the session is not."""
    with Service(tmp_path / "service", world.folder, SEGUE_REDIS__URL="unix:///nowhere/at/all.sock") as service:
        answer = service.http.delete("/users/71")
        assert answer.status_code == 503
        assert "the live session goes on" in answer.json()["detail"]
        assert b'"user":71' in (service.folder / "log" / "forgotten.jsonl").read_bytes()
