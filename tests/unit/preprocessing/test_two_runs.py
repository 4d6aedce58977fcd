"""Two runs into one folder, and what a killed one leaves: ``current`` always leads to a whole version."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from preprocessing import __main__ as command
from preprocessing.artifacts import ArtifactError, Draft, load, publish, switch, versions, write
from preprocessing.learning import round as rounds
from tests.service import ROOT
from tests.tiny import columns, draft

Row = dict[str, Any]


@pytest.fixture
def arguments(
    tmp_path: Path,
    make_event: Callable[..., Row],
    to_lines: Callable[[Sequence[Row | bytes]], bytes],
    catalogue_rows: list[Row],
) -> list[str]:
    """The command line of a run over a small log, that keeps one version."""
    rows = [make_event(user, track, 0.9, 60 * user) for user in range(5) for track in (10, 20)]
    (tmp_path / "tracks.jsonl").write_bytes(to_lines(catalogue_rows))
    (tmp_path / "events.jsonl").write_bytes(to_lines(rows))
    paths = {"catalogue": "tracks.jsonl", "log": "events.jsonl", "artifacts": "artifacts"}
    return ["--keep", "1", *(part for name, file in paths.items() for part in (f"--{name}", str(tmp_path / file)))]


@pytest.mark.parametrize("learner", [False, True])
def test_a_second_run_waits_for_the_first(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, learner: bool
) -> None:
    """One that would write while the first has not yet switched waits, says so, and removes nothing of the first's."""
    started: list[subprocess.Popen[bytes]] = []
    module = rounds if learner else command
    first_switch = module.switch
    said = tmp_path / "stderr"

    def switch_late(root: Path, version: str) -> None:
        with said.open("wb") as file:
            started.append(subprocess.Popen([sys.executable, "-m", "preprocessing", *arguments], cwd=ROOT, stderr=file))
        while b"this one waits" not in said.read_bytes():
            assert started[0].poll() is None, said.read_text()
            time.sleep(0.02)
        first_switch(root, version)

    monkeypatch.setattr(module, "switch", switch_late)
    assert command.main([*(["learn"] if learner else []), *arguments]) == 0
    assert started[0].wait(60) == 0
    (version,) = versions(tmp_path / "artifacts")
    assert load(tmp_path / "artifacts").manifest.version == version.name


def test_nothing_leads_to_a_version_that_is_gone(tmp_path: Path) -> None:
    """A switch to a version that is not there is refused, and ``current`` stays."""
    folder = publish(tmp_path, draft(columns()))
    with pytest.raises(ArtifactError, match="no version any more"):
        switch(tmp_path, "20010101T120000.000000Z-0123abcd")
    assert (tmp_path / "current").resolve() == folder


def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path) -> None:
    """Half a version and a link that was not yet in its place are removed; hidden files of others stay."""
    left = tmp_path / ".20010101T120000.000000Z-0123abcd.building"
    others = [tmp_path / name for name in (".git", ".mine.building")]
    for folder in (left, *others):
        folder.mkdir()
        (folder / "track_ids.npy").touch()
    link = tmp_path / ".current.20010101T120000.000000Z-0123abcd"
    link.symlink_to("20010101T120000.000000Z-0123abcd")
    write(tmp_path, draft(columns()))
    assert not left.exists()
    assert not link.is_symlink()
    assert all((other / "track_ids.npy").exists() for other in others)


def test_a_version_that_cannot_be_read_again_is_a_sentence(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A disk that gives back other bytes ends a run with what is wrong and exit code 2, and ``current`` stays."""
    assert command.main(arguments) == 0
    before = (tmp_path / "artifacts" / "current").resolve()

    def damaged(root: Path, made: Draft) -> Path:
        folder = write(root, made)
        file = folder / "track_ids.npy"
        file.write_bytes(file.read_bytes()[:-1] + b"\xff")
        return folder

    monkeypatch.setattr(command, "write", damaged)
    assert command.main(arguments) == 2
    assert "track_ids.npy does not match its checksum" in capsys.readouterr().err
    assert (tmp_path / "artifacts" / "current").resolve() == before
