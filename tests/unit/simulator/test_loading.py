"""Worlds from files, and what is said when they are bad."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from simulator.errors import SimulatorError
from simulator.worlds import WORLDS, World, make_world

TRACKS = [{"track": 30 - i, "artist": f"artist {i % 7}", "title": f"title {i}"} for i in range(20)]
LISTENER = {"user": 1, "interests": [30, 29, 30], "consume_bias": 4.0, "consume_sharpness": 0.7}


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def load(tmp_path: Path, tracks: object = TRACKS, listeners: object = (LISTENER,), vectors: object = None) -> World:
    """Return the world of some rows."""
    files = {
        "catalogue": write(tmp_path / "tracks.jsonl", list(tracks)),
        "listeners": write(tmp_path / "listeners.jsonl", list(listeners)),
    }
    if vectors is not None:
        np.save(tmp_path / "vectors.npy", vectors)
        files["embeddings"] = tmp_path / "vectors.npy"
    return make_world(WORLDS["dot"], seed=1, **files)


def test_rows_are_in_the_order_of_ids(tmp_path: Path) -> None:
    """Tracks, their popularity and their vectors are sorted by id together, whatever the file's order."""
    vectors = np.arange(40, dtype=np.float64).reshape(20, 2) + 1
    vectors *= 6 / np.sqrt((vectors**2).sum(axis=1).mean())
    world = load(tmp_path, vectors=vectors)
    assert world.catalogue.track_ids == list(range(11, 31))
    assert world.catalogue.titles[0] == "title 19"
    assert world.catalogue.artists[world.catalogue.track_artist[0]] == "artist 5"
    assert np.argmax(world.catalogue.popularity) == 19
    assert world.embeddings == pytest.approx(vectors[::-1], rel=1e-6)
    assert world.listeners.interests.tolist() == [[19, 18, 19]]


def test_ids_may_be_texts(tmp_path: Path) -> None:
    """A catalogue and listeners with texts for ids load like those with numbers."""
    tracks = [row | {"track": f"t{row['track']}"} for row in TRACKS]
    world = load(tmp_path, tracks, [LISTENER | {"user": "ann", "interests": ["t30", "t29", "t11"]}])
    assert world.catalogue.track_ids[0] == "t11"
    assert world.listeners.user_ids == ["ann"]


def test_a_file_does_not_change_the_other_parts(tmp_path: Path) -> None:
    """With a catalogue from a file, listeners are still made from the seed, and the same each time."""
    path = write(tmp_path / "tracks.jsonl", TRACKS)
    one, two = (make_world(WORLDS["dot"], seed=1, catalogue=path) for _ in range(2))
    assert np.array_equal(one.embeddings, two.embeddings)
    assert len(one.listeners) == 10_000


@pytest.mark.parametrize(
    ("tracks", "sentence"),
    [
        ([], "tracks.jsonl is empty"),
        ([*TRACKS, {"track": 1.5, "artist": "a", "title": "b"}], "line 21: track: "),
        ([*TRACKS, {"track": 1, "title": "b"}], "line 21: artist: Field required"),
        ([*TRACKS, TRACKS[3]], "id 27 comes more than once"),
        ([*TRACKS, {"track": "x", "artist": "a", "title": "b"}], "mixes ids"),
    ],
)
def test_a_bad_catalogue_is_refused(tmp_path: Path, tracks: object, sentence: str) -> None:
    """The sentence names the file, the line and what is wrong with it."""
    with pytest.raises(SimulatorError, match=sentence):
        load(tmp_path, tracks)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"interests": [30, 29]}, "line 1: interests: List should have at least 3"),
        ({"interests": [30, 29, 99]}, "line 1: interest 99 is no track"),
        ({"interests": [30, 29, "30"]}, "line 1: interest '30' is no track"),
        ({"consume_bias": float("nan")}, "line 1: consume_bias: "),
        ({"consume_sharpness": 0}, "line 1: consume_sharpness: Input should be greater than 0"),
    ],
)
def test_bad_listeners_are_refused(tmp_path: Path, change: dict[str, object], sentence: str) -> None:
    """The sentence names the line and the key."""
    with pytest.raises(SimulatorError, match=sentence):
        load(tmp_path, listeners=[LISTENER | change])


@pytest.mark.parametrize(
    ("vectors", "sentence"),
    [
        (np.ones((19, 2)), r"shape \(19, 2\), not one row for each of 20 tracks"),
        (np.ones(20), r"shape \(20,\)"),
        (np.full((20, 2), np.inf), "not finite"),
        (np.full((20, 2), 1e300), "not finite"),
        (np.zeros((20, 2)), "all zeros"),
        (np.full((20, 2), "a"), "not one array of numbers"),
    ],
)
def test_bad_embeddings_are_refused(tmp_path: Path, vectors: object, sentence: str) -> None:
    """A wrong shape, kind or number is named."""
    with pytest.raises(SimulatorError, match=sentence):
        load(tmp_path, vectors=vectors)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """A missing file, a line cut off, and a file that is no array each get a sentence."""
    missing = tmp_path / "nowhere.jsonl"
    with pytest.raises(SimulatorError, match=r"nowhere.jsonl cannot be read \(No such file"):
        make_world(WORLDS["dot"], seed=1, catalogue=missing)
    cut = tmp_path / "cut.jsonl"
    cut.write_text('{"track": 1, "artist": "a", "title": "b"}\n{"track": 2, "art')
    with pytest.raises(SimulatorError, match="line 2: Invalid JSON"):
        make_world(WORLDS["dot"], seed=1, catalogue=cut)
    tracks = write(tmp_path / "tracks.jsonl", TRACKS)
    with pytest.raises(SimulatorError, match="cannot be read as a NumPy array"):
        make_world(WORLDS["dot"], seed=1, catalogue=tracks, embeddings=cut)
