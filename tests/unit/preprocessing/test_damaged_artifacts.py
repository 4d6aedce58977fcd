"""What is wrong with a version is found before it is served, and named."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from preprocessing.__main__ import main
from preprocessing.artifacts import ArtifactError, load, remove_old, versions
from preprocessing.artifacts.lock import LOCK

Row = dict[str, Any]
MakeEvent = Callable[..., Row]
ToLines = Callable[[Sequence[Row | bytes]], bytes]


@pytest.fixture
def folder(tmp_path: Path, to_lines: ToLines, catalogue_rows: list[Row], make_event: MakeEvent) -> Path:
    """A version's folder."""
    (tmp_path / "tracks.jsonl").write_bytes(to_lines(catalogue_rows))
    (tmp_path / "events.jsonl").write_bytes(to_lines([make_event(1, 10, 1.0), make_event(2, 10, 0.1)]))
    arguments = ["--catalogue", str(tmp_path / "tracks.jsonl"), "--log", str(tmp_path / "events.jsonl")]
    assert main([*arguments, "--artifacts", str(tmp_path / "artifacts")]) == 0
    return (tmp_path / "artifacts" / "current").resolve()


def truncate(path: Path) -> None:
    """Cut a file short."""
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    """Change the last byte."""
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def point_nowhere(path: Path) -> None:
    """Point at a row that does not exist, with a checksum to match."""
    array = np.load(path)
    array.flat[0] = 1000
    np.save(path, array)
    manifest_path = path.parent / "manifest.json"
    manifest = json.loads(manifest_path.read_text())
    manifest["files"][path.name]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest_path.write_text(json.dumps(manifest))


@pytest.mark.parametrize("damage", [truncate, flip, Path.unlink, point_nowhere])
@pytest.mark.parametrize("name", ["track_neighbours.npy", "user_favourites.values.npy", "popular_tracks.npy"])
def test_damage_is_refused_by_the_files_name(folder: Path, damage: Callable[[Path], None], name: str) -> None:
    """A file that is short, changed, missing or points nowhere is named."""
    damage(folder / name)
    with pytest.raises(ArtifactError, match=name.split(".")[0]):
        load(folder)


@pytest.mark.parametrize("damage", [truncate, flip, Path.unlink, point_nowhere])
@pytest.mark.parametrize("name", ["track_neighbours.npy", "user_favourites.values.npy"])
def test_what_was_found_good_is_looked_at_again_when_it_changed(
    folder: Path, damage: Callable[[Path], None], name: str
) -> None:
    """Damage after a second load is refused as damage before it is."""
    load(folder)
    damage(folder / name)
    with pytest.raises(ArtifactError, match=name.split(".")[0]):
        load(folder)


def test_what_was_found_good_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A load after the preprocessing's own computes no checksum; a copy of the folder is read anew."""
    monkeypatch.setattr(hashlib, "sha256", None)
    assert load(folder).n_tracks == 5
    copy = folder.parent / "copy"
    shutil.copytree(folder, copy)
    with pytest.raises(TypeError):
        load(copy)


def test_a_newer_format_is_refused(folder: Path) -> None:
    """A version that a later Segue wrote says so."""
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format_version": 99}))
    with pytest.raises(ArtifactError, match=r"manifest\.json has format version 99, newer"):
        load(folder)


def test_old_versions_go_and_the_current_one_stays(folder: Path) -> None:
    """The newest are kept, and whatever ``current`` points at."""
    root = folder.parent
    first, second, third = (f"2001010{day}T120000.000000Z-0123abcd" for day in (1, 2, 3))
    for name in (first, second, third):
        (root / name).mkdir()
        (root / name / "manifest.json").touch()
    (root / "current").unlink()
    (root / "current").symlink_to(first)
    assert remove_old(root, 1) == [second, third]
    assert sorted(path.name for path in root.iterdir() if path != root / LOCK) == [first, folder.name, "current"]


def test_what_is_no_version_stays(folder: Path) -> None:
    """Whatever else lies beside the versions is neither removed nor counted, also with a manifest of its own."""
    root = folder.parent
    others = ["0-precious", "20010101", f"{folder.name}.copy", f".{folder.name}.building"]
    for name in others:
        (root / name).mkdir()
        (root / name / "manifest.json").write_text('{"name": "a web app"}')
    assert remove_old(root, 1) == []
    assert versions(root) == [folder]
    assert sorted(path.name for path in root.iterdir()) == sorted([LOCK, *others, folder.name, "current"])
