"""Artifacts and worlds that do not belong together."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from preprocessing.artifacts import Artifacts
from simulator.config import WorldConfig
from simulator.errors import SimulatorError
from simulator.running.same_catalogue import check_same_catalogue
from simulator.worlds import World, make_world
from tests.tiny import ARTISTS, TRACK_ARTIST, tiny_artifacts

NAMES = [ARTISTS[artist] for artist in TRACK_ARTIST]


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    """The tiny world's, whose tracks 0 to 11 are by four artists."""
    return tiny_artifacts(tmp_path / "artifacts")


@pytest.fixture
def world_of(tmp_path: Path, small: Callable[[str], WorldConfig]) -> Callable[[Sequence[str]], World]:
    """Return a maker of worlds whose tracks, numbered from 0, are by these artists."""

    def make(names: Sequence[str]) -> World:
        catalogue = tmp_path / "tracks.jsonl"
        rows = [{"track": track, "artist": name, "title": "t"} for track, name in enumerate(names)]
        catalogue.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return make_world(small("dot"), seed=1, catalogue=catalogue)

    return make


def test_the_same_catalogue_fits(artifacts: Artifacts, world_of: Callable[[Sequence[str]], World]) -> None:
    """A world of the catalogue that the artifacts were made from is accepted."""
    check_same_catalogue(world_of(NAMES), artifacts)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([*NAMES[:3], "Bo", *NAMES[4:]], "in them track 3 is by 'Ada', in the world by 'Bo'"),
        (["Eve" if name == "Cleo" else name for name in NAMES], "in them track 8 is by 'Cleo', in the world by 'Eve'"),
        (["Ada"] * 12, "in them track 4 is by 'Bo', in the world by 'Ada'"),
        (NAMES[:11], r"another catalogue \(12 tracks\) than the world \(11\)"),
    ],
)
def test_another_catalogue_is_refused(
    artifacts: Artifacts, world_of: Callable[[Sequence[str]], World], names: list[str], said: str
) -> None:
    """Equal ids are not enough: the sentence tells the first track by another artist, and the option to set right."""
    with pytest.raises(SimulatorError, match=f"{said}.*--catalogue"):
        check_same_catalogue(world_of(names), artifacts)
