"""``python -m app doctor`` finds what is broken, and says what mends it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

from tests.service import ROOT, Service, environment
from tests.worlds import World


def doctor(folder: Path, artifacts: Path, **overrides: str) -> tuple[int, dict[str, tuple[bool, str]]]:
    """Return the exit status, and what is said of each part."""
    finished = subprocess.run(
        [sys.executable, "-m", "app", "doctor", "--json"],
        cwd=ROOT,
        env=environment(folder, artifacts, **overrides),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.stderr == ""
    return finished.returncode, {one["part"]: (one["well"], one["text"]) for one in json.loads(finished.stdout)}


def test_all_is_well(tmp_path: Path, world: World) -> None:
    """Where a start would succeed every part is well."""
    status, found = doctor(tmp_path, world.folder)
    assert status == 0
    assert found.keys() == {"settings", "artifacts", "session store", "event log", "disk", "clock", "port"}
    assert all(well for well, _ in found.values())
    assert "24 tracks, 4 users" in found["artifacts"][1]


def test_three_things_are_broken(tmp_path: Path) -> None:
    """No artifacts, no store and a port that another program has: each is named with its remedy, the rest is well."""
    with socket.create_server(("127.0.0.1", 0)) as other, socket.create_server(("127.0.0.1", 0)) as closed:
        port, nobody = other.getsockname()[1], closed.getsockname()[1]
        closed.close()
        status, found = doctor(
            tmp_path,
            tmp_path / "none",
            SEGUE_REDIS__URL=f"redis://127.0.0.1:{nobody}",
            SEGUE_SERVER__PORT=str(port),
        )
    assert status == 1
    assert [part for part, (well, _) in found.items() if well] == ["settings", "event log", "disk", "clock"]
    assert "make preprocess" in found["artifacts"][1]
    assert "start it, or name another in redis.url" in found["session store"][1]
    assert "choose another with --port" in found["port"][1]


def test_settings_that_cannot_be_read(tmp_path: Path, world: World) -> None:
    """A misspelt key is named with its nearest neighbour, and nothing else can be looked at."""
    status, found = doctor(tmp_path, world.folder, SEGUE_SERVER__PROT="1")
    assert status == 1
    assert found.keys() == {"settings"}
    assert "port" in found["settings"][1]


def test_a_running_segue_is_no_illness(tmp_path: Path, service: Service, world: World) -> None:
    """A port on which Segue answers already is well."""
    port = str(service.http.base_url.port)
    status, found = doctor(tmp_path, world.folder, SEGUE_SERVER__PORT=port)
    assert (status, found["port"]) == (0, (True, f"Segue answers at 127.0.0.1:{port} already"))


def test_people_get_a_line_for_each_part(tmp_path: Path, world: World) -> None:
    """Without --json each part is a line that begins with a mark."""
    finished = subprocess.run(
        [sys.executable, "-m", "app", "doctor"],
        cwd=ROOT,
        env=environment(tmp_path, world.folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    lines = finished.stdout.splitlines()
    assert len(lines) == 7
    assert all(line.startswith("✓ ") for line in lines)
