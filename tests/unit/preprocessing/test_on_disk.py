"""What is brought to the disk, and in which order, so that a power cut leaves the old version or the new one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from preprocessing.artifacts import publish
from tests.tiny import columns, draft


def test_nothing_leads_to_what_is_not_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file, then their folder, then its name, and last what ``current`` leads to."""
    synced: list[tuple[str, str]] = []  # a file or folder, and what ``current`` led to then
    fsync = os.fsync

    def noted(file: int) -> None:
        fsync(file)
        current = tmp_path / "current"
        path = Path(f"/proc/self/fd/{file}").readlink()
        synced.append((str(path), current.readlink().name if current.is_symlink() else ""))

    monkeypatch.setattr(os, "fsync", noted)
    folder = publish(tmp_path, draft(columns()))
    building = tmp_path / f".{folder.name}.building"
    files = {str(building / file.name) for file in folder.iterdir()}
    *first, whole, named, switched = synced
    assert {path for path, _ in first} == files
    assert first[-1] == (str(building / "manifest.json"), "")
    assert (whole, named, switched) == ((str(building), ""), (str(tmp_path), ""), (str(tmp_path), folder.name))
