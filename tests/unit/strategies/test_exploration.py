"""What is drawn, how often, and with which propensity (the catalogue: see tests/tiny.py)."""

from __future__ import annotations

from collections import Counter
from math import exp, sqrt

import pytest

from preprocessing.artifacts import Artifacts
from strategies.chain import Chain
from strategies.registry import build_chain
from tests.tiny import query, tiny_artifacts

POPULAR = {"use": "popular"}


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    """The tiny world."""
    return tiny_artifacts(tmp_path_factory.mktemp("tiny"))


def exploring(**parameters: float | str) -> Chain:
    """Return popular tracks, explored."""
    return build_chain("exploring", [POPULAR, {"use": "explore", **parameters}])


def test_uniform_propensities(artifacts: Artifacts) -> None:
    """With a share of 0.4 over the first 4, each has 0.1 and the head 0.6 more: 1, 2, 3, 4 after 0 was heard."""
    decision = exploring(share=0.4, first=4)(query(artifacts, [(0, 1.0)]))
    assert decision.chances == pytest.approx({1: 0.7, 2: 0.1, 3: 0.1, 4: 0.1})
    assert decision.propensity == decision.chances[decision.tracks[0]]


def test_softmax_propensities(artifacts: Artifacts) -> None:
    """Two places further back at a temperature of 2, a candidate is e times less likely."""
    chances = exploring(share=1, first=3, kind="softmax", temperature=2)(query(artifacts, [(0, 1.0)])).chances
    assert chances is not None
    assert chances[3] / chances[1] == pytest.approx(exp(-1))
    assert sum(chances.values()) == pytest.approx(1)


def test_answers_come_as_often_as_their_propensities_say(artifacts: Artifacts) -> None:
    """Over 4,000 sessions each track is answered within four standard errors of its chance."""
    chain, n = exploring(share=0.6, first=3, kind="softmax", temperature=1), 4000
    decisions = [chain(query(artifacts, [(0, 1.0)], session=str(session))) for session in range(n)]
    answered = Counter(decision.tracks[0] for decision in decisions)
    chances = decisions[0].chances
    assert chances is not None
    assert answered.keys() == chances.keys()
    for track, chance in chances.items():
        assert abs(answered[track] / n - chance) < 4 * sqrt(chance * (1 - chance) / n)


def test_the_rest_of_the_queue_keeps_its_order(artifacts: Artifacts) -> None:
    """The drawn track comes first and says so; the others follow as they were."""
    chain = exploring(share=1, first=5)
    queues = [chain(query(artifacts, [(0, 1.0)], wanted=5, session=str(session))) for session in range(50)]
    drawn = next(queue for queue in queues if queue.tracks[0] == 3)
    assert (drawn.tracks, drawn.by) == ([3, 1, 2, 4, 5], ["explore"] + ["popular"] * 4)


def test_a_single_candidate_is_certain(artifacts: Artifacts) -> None:
    """User 3 dislikes all tracks but 11: there is nothing to draw, and the propensity is 1."""
    decision = exploring(share=1)(query(artifacts, [(0, 1.0)], user=3))
    assert (decision.tracks, decision.propensity) == ([11], 1)


def test_what_others_drew_is_not_known(artifacts: Artifacts) -> None:
    """Behind a source that draws, and before a stage that reorders what was drawn, there is no propensity."""
    behind = build_chain("behind", [{"use": "random"}, {"use": "explore"}])
    before = build_chain("before", [POPULAR, {"use": "explore", "share": 1}, {"use": "novelty"}])
    assert behind(query(artifacts, [(0, 1.0)])).chances is None
    assert before(query(artifacts, [(0, 1.0)])).chances is None


def test_without_a_draw_the_answer_is_certain(artifacts: Artifacts) -> None:
    """A chain that draws nothing, or explores a share of 0, answers what it answers with probability 1."""
    for chain in (build_chain("plain", [POPULAR]), exploring(share=0)):
        assert chain(query(artifacts, [(0, 1.0)])).chances == {1: 1.0}
