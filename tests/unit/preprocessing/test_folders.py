"""A log in folders is read whole, or the folder that cannot be read is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from preprocessing.sources import find_files
from tests.service import ROOT

Row = dict[str, Any]
MakeEvent = Callable[..., Row]
ToLines = Callable[[Sequence[Row | bytes]], bytes]

IS_ROOT = os.getuid() == 0
# Root reads everything, unless it lets go of these two rights.
UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if IS_ROOT else ()
needs_rights = pytest.mark.skipif(IS_ROOT and shutil.which("setpriv") is None, reason="root may read everything")


@pytest.fixture
def log(tmp_path: Path, make_event: MakeEvent, to_lines: ToLines, catalogue_rows: list[Row]) -> Path:
    """A folder with a file and a folder with another, beside its catalogue."""
    (tmp_path / "tracks.jsonl").write_bytes(to_lines(catalogue_rows))
    (tmp_path / "above" / "log" / "older").mkdir(parents=True)
    for place, user in (("new.jsonl", 1), ("older/old.jsonl", 2)):
        (tmp_path / "above" / "log" / place).write_bytes(to_lines([make_event(user, 10, 0.5)]))
    return tmp_path / "above" / "log"


@needs_rights
@pytest.mark.parametrize(
    ("closed", "mode", "named"),
    [
        ("log/older", 0o000, "log"),
        ("log/older", 0o400, "log"),
        ("log", 0o000, "log"),
        (".", 0o000, "log"),
        ("log/older", 0o000, "log/*/*.jsonl"),
        ("log/older", 0o000, "log/**/*.jsonl"),
        ("log", 0o000, "log/*.jsonl"),
        (".", 0o000, "log/*.jsonl"),
    ],
)
def test_a_folder_that_cannot_be_read_is_named(log: Path, closed: str, mode: int, named: str) -> None:
    """What lies in a folder without the right to read it is not left out in silence, and the sentence is about it."""
    above, folder = log.parent, log.parent / closed
    names = ["--catalogue", str(above.parent / "tracks.jsonl"), "--log", str(above / named)]
    command = [*UNPRIVILEGED, sys.executable, "-m", "preprocessing", *names, "--artifacts", str(above.parent / "made")]
    folder.chmod(mode)
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        folder.chmod(0o700)
    assert done.returncode == 2, done.stderr
    assert f"preprocessing: {folder}" in done.stderr
    assert "cannot be read: Permission denied; let the user who runs this read it, or name only" in done.stderr
    assert not (above.parent / "made").exists()


def test_linked_folders_are_searched_through_once(log: Path, tmp_path: Path) -> None:
    """A link to a folder elsewhere is followed, one to a folder above is not followed for ever, and hidden ones not."""
    (tmp_path / "elsewhere" / ".hidden").mkdir(parents=True)
    for place in ("far.jsonl", ".hidden/unfinished.jsonl"):
        shutil.copy(log / "new.jsonl", tmp_path / "elsewhere" / place)
    (log / "linked").symlink_to("../../elsewhere")
    (log / "older" / "above").symlink_to(log)
    (log / "gone").symlink_to("nowhere")
    assert find_files([str(log)], "log") == [
        log / "new.jsonl",
        log / "older" / "old.jsonl",
        tmp_path / "elsewhere/far.jsonl",
    ]
