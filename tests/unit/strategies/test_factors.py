"""Factors on the tiny catalogue (see tests/tiny.py): who hears Ada hears Bo, who hears Cleo nobody else."""

from __future__ import annotations

import pytest

from preprocessing.artifacts import Artifacts
from strategies.base import Query, Slate
from strategies.registry import build_chain
from tests.tiny import query, tiny_artifacts


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    """The tiny world."""
    return tiny_artifacts(tmp_path_factory.mktemp("tiny"))


def propose(posed: Query, **parameters: float) -> list[int]:
    """Return the tracks that the strategy proposes."""
    (strategy,) = build_chain("one", [{"use": "factors", **parameters}]).strategies
    return strategy(posed, Slate([], [])).tracks


def test_artists_whom_the_same_people_hear_are_proposed(artifacts: Artifacts) -> None:
    """After Ada come tracks of hers and of Bo, at most two of each, and none of Cleo or Dee."""
    assert sorted(propose(query(artifacts, [(0, 1.0)]), tracks=2)) == [1, 2, 4, 5]


def test_a_heard_artist_comes_before_one_who_is_only_expected(artifacts: Artifacts) -> None:
    """Ada and Cleo were heard whole, so the user's vector is all but (1, 1): Bo, expected at a half, comes last."""
    tracks = propose(query(artifacts, [(0, 1.0), (8, 1.0)]), tracks=1)
    assert set(tracks[:2]) == {1, 9}
    assert tracks[2] == 4


def test_what_was_skipped_says_nothing(artifacts: Artifacts) -> None:
    """A session that heard nothing to more than a fifth gives nothing to go by."""
    assert propose(query(artifacts, [(0, 0.2), (8, 0.1)])) == []


def test_only_so_many_artists_are_considered(artifacts: Artifacts) -> None:
    """With one artist it is Ada, who was heard."""
    assert propose(query(artifacts, [(0, 1.0)]), artists=1) == [1, 2, 3]
