"""What a worker starts with where the current version is no good."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.servable import load_servable
from app.settings.models import ArtifactSettings
from preprocessing.artifacts import ArtifactError
from tests.worlds import integer_world


def test_a_copy_is_not_served(tmp_path: Path) -> None:
    """The newest good version is taken, also where somebody's copy of another sorts after it."""
    older, newer, damaged = (integer_world(tmp_path).folder for _ in range(3))
    shutil.copytree(older, tmp_path / "z-before-the-change")
    (damaged / "track_ids.npy").unlink()
    artifacts, refused = load_servable(ArtifactSettings(path=tmp_path))
    assert artifacts.manifest.version == newer.name
    assert "track_ids.npy is missing" in refused
    shutil.rmtree(older)
    shutil.rmtree(newer)
    with pytest.raises(ArtifactError, match=r"track_ids\.npy is missing"):
        load_servable(ArtifactSettings(path=tmp_path))
