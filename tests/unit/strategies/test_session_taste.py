"""Session taste on the tiny catalogue (see tests/tiny.py): Ada, Bo and Cleo go together in a row, Dee with nobody."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import pytest

from preprocessing.artifacts import Artifacts
from strategies.artist_evidence import gather_evidence
from strategies.base import Query, Slate
from strategies.registry import build_chain
from strategies.taste_posterior import Doubts, expected_fractions
from tests.tiny import TASTE, query, tiny_artifacts

ADA, BO, CLEO, DEE = range(4)
DOUBTS = Doubts(taste=2, mood=0.5, artist=1, track=1)


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    """The tiny world."""
    return tiny_artifacts(tmp_path_factory.mktemp("tiny"))


def expectations(artifacts: Artifacts, heard: dict[int, list[float]], user: int | None = None) -> list[float]:
    """Return what is expected of the four artists after a session that began with Ada."""
    artists = [*heard, *(artist for artist in range(4) if artist not in heard)]
    fractions = expected_fractions(artifacts, TASTE, user, ADA, artists, list(heard.values()), DOUBTS).tolist()
    return [fractions[artists.index(artist)] for artist in range(4)]


def propose(posed: Query, **parameters: float) -> list[int]:
    """Return the tracks that the strategy proposes."""
    (strategy,) = build_chain("one", [{"use": "session_taste", **parameters}]).strategies
    return strategy(posed, Slate([], [])).tracks


def expit(logit: float) -> float:
    """Return the logistic function."""
    return 1 / (1 + exp(-logit))


def test_before_anything_is_heard_the_model_is_taken_at_its_word(artifacts: Artifacts) -> None:
    """Logits: Ada -1 + 3 for the first artist, Bo -1 + 4 * 0.8 * 0.6, Cleo and Dee -1."""
    assert expectations(artifacts, {}) == pytest.approx([expit(2), expit(0.92), expit(-1), expit(-1)])


def test_a_demanding_user_is_expected_to_hear_less(artifacts: Artifacts) -> None:
    """User 3, in row 2, has a demand of 2 and the usual sharpness."""
    assert expectations(artifacts, {}, user=2) == pytest.approx([expit(0), expit(-1.08), expit(-3), expit(-3)])


@pytest.mark.parametrize(("fraction", "sign"), [(1.0, 1), (0.0, -1)])
def test_what_is_heard_of_one_artist_tells_of_those_who_go_with_it(
    artifacts: Artifacts, fraction: float, sign: int
) -> None:
    """After Cleo was heard to the end Bo rises, and more than Dee; after a skip all fall, Dee least."""
    before, after = expectations(artifacts, {}), expectations(artifacts, {CLEO: [fraction]})
    moved = [sign * (now - then) for then, now in zip(before, after, strict=True)]
    assert moved[CLEO] > moved[BO] > 0
    assert moved[CLEO] > moved[DEE] > 0


def test_two_playbacks_say_more_than_one(artifacts: Artifacts) -> None:
    """An artist heard well twice is expected to be heard longer than one heard well once."""
    assert expectations(artifacts, {CLEO: [1.0, 1.0]})[CLEO] > expectations(artifacts, {CLEO: [1.0]})[CLEO]


def test_evidence_is_what_would_have_been_heard_without_fatigue(artifacts: Artifacts) -> None:
    """The second track of an artist at 0.4 counts as 0.8 where fatigue leaves a half; the latest artist comes first."""
    evidence = gather_evidence(query(artifacts, [(0, 1.0), (4, 0.3), (1, 0.4)]), TASTE)
    assert list(evidence.by_artist) == [ADA, BO]
    assert evidence.by_artist[ADA] == [1.0, 0.8]
    assert evidence.heard_well(0.6) == [ADA]


def test_an_artist_tires(artifacts: Artifacts) -> None:
    """After one track of Ada fatigue leaves a half of hers, so that Bo's best track is next, then Ada's second."""
    assert propose(query(artifacts, [(0, 1.0)]))[:2] == [4, 1]


def test_a_queue_tires_too(artifacts: Artifacts) -> None:
    """Bo's second track comes after Ada's, because his first one in the queue tires him; each track stands once."""
    tracks = propose(query(artifacts, [(0, 1.0)], wanted=12))
    assert tracks.index(5) > tracks.index(1)
    assert len(tracks) == len(set(tracks))
    assert 0 not in tracks


def test_only_artists_in_sight_are_considered(artifacts: Artifacts) -> None:
    """With one near artist and no company, only Ada's and Bo's tracks are proposed; nobody knows Dee."""
    tracks = propose(query(artifacts, [(0, 1.0)], wanted=12), near=1, company=0)
    assert set(tracks) == {1, 2, 3, 4, 5, 6, 7}
    assert 11 not in propose(query(artifacts, [(0, 1.0)], wanted=12))


def test_without_a_model_nothing_is_proposed(artifacts: Artifacts) -> None:
    """Artifacts of a log that was too small hold no model, and the chain's fallback answers."""
    manifest = artifacts.manifest.model_copy(update={"taste": None})
    posed = query(replace(artifacts, manifest=manifest), [(0, 1.0)])
    assert propose(posed) == []
    decision = build_chain("two", [{"use": "session_taste"}, {"use": "contextual_fallback"}])(posed)
    assert decision.by == ["contextual_fallback"]
