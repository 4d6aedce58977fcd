"""A byte that flips anywhere in a version is found, or does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preprocessing.artifacts import ArtifactError, load
from strategies.chain import Chain
from strategies.registry import build_chain
from tests.tiny import query
from tests.worlds import World, integer_world

TASTE = [{"use": "session_taste"}, {"use": "dislike_filter"}, {"use": "contextual_fallback"}]


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A version of this module's own, to be harmed."""
    return integer_world(tmp_path_factory.mktemp("flipped"))


@pytest.fixture(scope="module")
def chain() -> Chain:
    """The chain that reads most of a version."""
    return build_chain("taste", TASTE)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_each_flip_is_refused_or_harmless(version: World, chain: Chain, data: st.DataObject) -> None:
    """A flipped byte of an array is refused by its file's name; one of the manifest too, or what is loaded answers."""
    manifest, *arrays = sorted(Path(version.folder).glob("manifest.json")) + sorted(Path(version.folder).glob("*.npy"))
    file = data.draw(st.just(manifest) | st.sampled_from(arrays))
    good = file.read_bytes()
    place = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(bad)
    try:
        artifacts = load(version.folder)
    except ArtifactError as error:
        assert str(version.folder) in str(error) or file.name in str(error)  # noqa: PT017 - both are right
    else:
        assert file.suffix != ".npy"
        answer = chain(query(artifacts, [(0, 1.0), (8, 0.1)], user=1))
        assert 0 <= answer.tracks[0] < artifacts.n_tracks
    finally:
        file.write_bytes(good)
