"""Chains that take turns in one stream of sessions."""

from __future__ import annotations

import pytest

from preprocessing.artifacts import Artifacts
from strategies.chain import Chain
from strategies.errors import ConfigurationError
from strategies.registry import build_chains
from tests.tiny import query, tiny_artifacts

CHAINS = {
    "ada": [{"use": "sticky_artist", "order": "appeal"}],
    "top": [{"use": "popular"}],
    "both": [{"use": "interleaving", "chains": ["ada", "top"]}],
}


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    """The tiny world."""
    return tiny_artifacts(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def both() -> Chain:
    """The tracks of the anchor's artist, interleaved with popular ones."""
    return build_chains(CHAINS)["both"]


def test_each_chain_answers_about_as_often(both: Chain, artifacts: Artifacts) -> None:
    """Of 2,000 answers each chain gives 1,000, give or take five standard deviations of 22.4."""
    by = [both(query(artifacts, [(4, 1.0)], session=str(session))).by[0] for session in range(2000)]
    assert set(by) == {"ada/sticky_artist", "top/popular"}
    assert abs(by.count("top/popular") - 1000) < 112


def test_a_queue_is_drafted_in_rounds(both: Chain, artifacts: Artifacts) -> None:
    """In each two places of a queue every chain stands once, with its best track that is not there yet."""
    firsts = set()
    for session in range(20):
        decision = both(query(artifacts, [(8, 0.5)], wanted=4, session=str(session)))
        of = {
            chain: [t for t, by in zip(decision.tracks, decision.by, strict=True) if by.startswith(chain)]
            for chain in ("ada", "top")
        }
        assert of == {"ada": [9, 10], "top": [0, 1]}
        assert all({by[:3] for by in decision.by[place : place + 2]} == {"ada", "top"} for place in (0, 2))
        firsts.add(decision.by[0])
    assert len(firsts) == 2


def test_a_fallback_within_is_a_fallback(both: Chain) -> None:
    """A chain knows under which labels an answer is a fallback's, also those of the chains that it holds."""
    segue = [{"use": "popular"}, {"use": "contextual_fallback"}]
    chains = build_chains(CHAINS | {"segue": segue, "all": [{"use": "interleaving", "chains": ["ada", "segue"]}]})
    assert chains["segue"].fallbacks == {"contextual_fallback", "last_resort"}
    assert chains["all"].fallbacks == {
        "last_resort",
        "ada/last_resort",
        "segue/last_resort",
        "segue/contextual_fallback",
    }
    assert both.fallbacks == {"last_resort", "ada/last_resort", "top/last_resort"}


def test_a_track_that_another_chain_drafted_is_passed_over(both: Chain, artifacts: Artifacts) -> None:
    """Where both chains would answer the same, the second to draft adds its next best."""
    decision = both(query(artifacts, [(3, 1.0)], wanted=4))
    assert sorted(decision.tracks) == [0, 1, 2, 4]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["ada", "tip"], "unknown chain 'tip'"),
        (["ada", "both"], "interleaves chains itself"),
        (["ada"], "at least 2"),
        ([1, 2], "chain 'wrong': 1 is not the name of a chain; write names in quotation marks"),
        ([["ada"], "top"], r"\['ada'\] is not the name of a chain"),
    ],
)
def test_what_cannot_be_interleaved_is_named(names: list[object], words: str) -> None:
    """A chain that is unknown, one that interleaves, a single one, and what is no name are refused."""
    with pytest.raises(ConfigurationError, match=words):
        build_chains(CHAINS | {"wrong": [{"use": "interleaving", "chains": names}]})
