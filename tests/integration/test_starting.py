"""A start that is not possible ends with a sentence that names the cause."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.service import ROOT, Service, environment
from tests.worlds import World


def start(folder: Path, artifacts: Path, *options: str, **overrides: str) -> subprocess.CompletedProcess[str]:
    """Run the service until it ends, which it must do at once."""
    command = [sys.executable, "-m", "app", *options]
    variables = environment(folder, artifacts, **overrides)
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=30, check=False)


def assert_refused(ended: subprocess.CompletedProcess[str], *named: str) -> None:
    """Assert that a start ended with 2 and one line that names the cause."""
    assert ended.returncode == 2, ended.stderr
    (line,) = ended.stderr.splitlines()
    assert line.startswith("segue: ")
    assert all(name in line for name in named), line


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"SEGUE_SERVER__PROT": "1"}, ["key 'prot'", "'port'"]),
        ({"SEGUE_SEVER__PORT": "1"}, ["section 'sever'", "'server'"]),
        ({"SEGUE_SERVER__CHAIN": "seque"}, ["chain 'seque'", "'segue'"]),
        ({"SEGUE_CHAINS__SEGUE": '[{"use": "sticky"}]'}, ["strategy 'sticky'", "'sticky_artist'"]),
        ({"SEGUE_EXPERIMENTS": '[{"name": "E", "treatments": {"C": "x"}}]'}, ["chain 'x'", "treatment C"]),
        ({"SEGUE_SETTINGS": "/no/such.toml"}, ["/no/such.toml", "SEGUE_SETTINGS"]),
        ({"SEGUE_SERVER__WORKERS": "none"}, ["server.workers", "none"]),
        (
            {"SEGUE_SERVER__HOST": "no.such.host.invalid", "SEGUE_SECURITY__ALLOW_ANONYMOUS": "true"},
            ["no.such.host.invalid", "cannot listen"],
        ),
        (
            {"SEGUE_SERVER__HOST": "192.0.2.1", "SEGUE_SECURITY__ALLOW_ANONYMOUS": "true"},
            ["192.0.2.1", "cannot listen"],
        ),
        ({"SEGUE_SERVER__HOST": "192.0.2.1"}, ["192.0.2.1", "python -m app.key new"]),
        ({"SEGUE_REDIS__URL": "mysql://here"}, ["mysql://here", "redis.url"]),
        ({"SEGUE_EVENT_LOG__PATH": "/dev/null/log"}, ["/dev/null/log", "event log"]),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_settings(tmp_path: Path, world: World, overrides: dict[str, str], named: list[str]) -> None:
    """A setting that cannot be used stops the start by its name."""
    assert_refused(start(tmp_path, world.folder, **overrides), *named)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_in_use(tmp_path: Path, world: World, workers: str) -> None:
    """A port that somebody listens on is one sentence that says how to choose another."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = start(tmp_path, world.folder, "--port", port, "--workers", workers)
    assert_refused(ended, f"127.0.0.1:{port}", "in use", "--port")


def truncate(file: Path) -> None:
    """Cut the end off."""
    file.write_bytes(file.read_bytes()[:-2])


def damage(file: Path) -> None:
    """Turn one bit of the last byte."""
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def empty(file: Path) -> None:
    """Leave nothing in it."""
    file.write_bytes(b"")


def retype(file: Path) -> None:
    """Write other numbers under the file's name."""
    np.save(file, np.zeros(3))


def renew(file: Path) -> None:
    """Claim the format of a later Segue."""
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format_version": 99}))


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("track_artist.npy", Path.unlink),
        ("track_titles.buffer.npy", truncate),
        ("popular_tracks.npy", damage),
        ("user_ids.npy", empty),
        ("track_neighbours.npy", retype),
        ("manifest.json", Path.unlink),
        ("manifest.json", truncate),
        ("manifest.json", empty),
        ("manifest.json", renew),
    ],
)
def test_artifacts(tmp_path: Path, world: World, name: str, harm: Callable[[Path], None]) -> None:
    """A missing, truncated, damaged or newer artifact stops the start by the file's name, and says what to do."""
    version = tmp_path / "version"
    shutil.copytree(world.folder, version)
    harm(version / name)
    named = [str(version) if harm is Path.unlink else str(version / name), "make preprocess"]
    assert_refused(start(tmp_path, version), *named)


def test_no_artifacts_at_all(tmp_path: Path) -> None:
    """A folder that is not there is named, with the command that makes it."""
    assert_refused(start(tmp_path, tmp_path / "none"), str(tmp_path / "none"), "make preprocess")


def test_a_start_prints_where_it_answers(tmp_path: Path, world: World) -> None:
    """A start that succeeds prints its address and that of the docs page, and complains of nothing."""
    with Service(tmp_path, world.folder) as service:
        printed = (tmp_path / "stdout").read_text()
        assert f"{service.http.base_url}".rstrip("/") + "/docs" in printed
        assert service.http.get("/docs").status_code == 200
    assert service.stderr == ""


def is_importing(process: psutil.Process) -> bool:
    """Return whether a process has mapped some of what a worker imports, by the look of it."""
    try:
        return any("pydantic_core" in mapped.path for mapped in process.memory_maps())
    except psutil.Error:
        return False  # it is only just beginning


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has mapped is told by Linux")
def test_ctrl_c_meets_workers_that_start(tmp_path: Path, world: World) -> None:
    """At a terminal Ctrl-C reaches every process: those that still import their libraries leave no traceback."""
    with subprocess.Popen(
        [sys.executable, "-m", "app"],
        cwd=ROOT,
        env=environment(tmp_path, world.folder, SEGUE_SERVER__WORKERS="2"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as service:
        until_s = time.monotonic() + 60
        while not any(map(is_importing, psutil.Process(service.pid).children())) and time.monotonic() < until_s:
            time.sleep(0.01)
        os.killpg(service.pid, signal.SIGINT)
        _, told = service.communicate(timeout=60)
    assert (service.returncode, told) == (0, "")
