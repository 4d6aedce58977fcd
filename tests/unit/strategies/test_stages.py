"""What each stage does to a slate, on a catalogue that can be checked by hand (see tests/tiny.py)."""

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


def stage(posed: Query, slate: Slate | None = None, **parameters: str | float | bool) -> Slate:
    """Return what one configured strategy makes of a slate."""
    (strategy,) = build_chain("one", [parameters]).strategies
    return strategy(posed, slate or Slate([], []))


def test_sticky_artist_proposes_the_first_artist(artifacts: Artifacts) -> None:
    """With anchor = 'first', all tracks of the artist that the listener came with are proposed."""
    posed = query(artifacts, [(1, 1.0), (5, 1.0)])
    assert sorted(stage(posed, use="sticky_artist").tracks) == [0, 1, 2, 3]


def test_sticky_artist_proposes_the_previous_artist(artifacts: Artifacts) -> None:
    """With anchor = 'previous', all tracks of the artist just heard are proposed."""
    posed = query(artifacts, [(1, 1.0), (5, 1.0)])
    assert sorted(stage(posed, use="sticky_artist", anchor="previous").tracks) == [4, 5, 6, 7]


def test_sticky_artist_orders_by_appeal(artifacts: Artifacts) -> None:
    """With order = 'appeal', the artist's best-listened tracks come first."""
    assert stage(query(artifacts, [(1, 1.0)]), use="sticky_artist", order="appeal").tracks == [0, 1, 2, 3]


def test_control_draws_uniformly(artifacts: Artifacts) -> None:
    """The control answers each track of the previous artist about equally often, the one just heard included."""
    control = build_chain("control", [{"use": "sticky_artist", "anchor": "previous", "allow_repeats": True}])
    drawn = [control(query(artifacts, [(1, 1.0)], session=str(session))).tracks[0] for session in range(2000)]
    # 2,000 draws of 1 in 4: 500 each, standard deviation 19.4; five of them leave no room for chance.
    assert all(abs(drawn.count(track) - 500) < 97 for track in range(4))


def test_dislike_filter_gives_reasons(artifacts: Artifacts) -> None:
    """What was disliked in the log, skipped or heard in this session goes, each for its reason."""
    chain = build_chain("two", [{"use": "sticky_artist", "order": "appeal"}, {"use": "dislike_filter"}])
    decision = chain(query(artifacts, [(0, 1.0), (1, 0.2)], user=1), explain=True)
    assert decision.tracks == [3]
    assert decision.trace is not None
    assert decision.trace.steps[1].removed == [(0, "heard"), (1, "skipped"), (2, "disliked")]


def test_injector_waits_for_its_turn(artifacts: Artifacts) -> None:
    """With every = 3, the third, sixth, ... answer is by another artist and no other one is."""
    heard: list[tuple[int, float]] = [(0, 1.0)]
    injected = []
    for _ in range(6):
        slate = stage(query(artifacts, heard, user=1), Slate.of([3], "x"), use="diversity_injector", every=3)
        injected.append(slate.by[0] == "diversity_injector")
        heard.append((0, 1.0))
    assert injected == [False, False, True, False, False, True]


def test_injector_takes_favourites_then_those_of_similar_users(artifacts: Artifacts) -> None:
    """The user's own favourites by other artists come first (4, 8), then those of similar users (5, 9)."""
    heard = [(0, 1.0), (4, 1.0)]
    assert stage(query(artifacts, heard[:1], user=1, wanted=2), use="diversity_injector", every=2).tracks == [4]
    assert stage(query(artifacts, [*heard, (3, 1.0)], user=1), use="diversity_injector", every=3).tracks == [8]
    known = [(0, 1.0), (4, 1.0), (8, 1.0)]
    assert stage(query(artifacts, known, user=1), use="diversity_injector", every=3).tracks == [5]


def test_injector_serves_users_without_history(artifacts: Artifacts) -> None:
    """For a user whom the log does not know, what goes together with what they liked in this session is injected."""
    assert stage(query(artifacts, [(0, 1.0), (1, 0.3)]), use="diversity_injector", every=2).tracks == [4]


def test_injector_fills_every_place_due_in_a_queue(artifacts: Artifacts) -> None:
    """In a queue each place that is due gets a track: with every = 2, the second and the fourth of four."""
    posed = query(artifacts, [(0, 1.0), (1, 0.5)], user=1, wanted=4)
    slate = stage(posed, Slate.of([3], "x"), use="diversity_injector", every=2)
    assert slate.tracks[0] == 4
    assert slate.by == ["diversity_injector", "x", "diversity_injector"]


def test_fallback_rests_while_the_slate_holds_tracks(artifacts: Artifacts) -> None:
    """A slate with candidates passes as it is when nothing is penalised."""
    assert stage(query(artifacts, [(0, 1.0)]), Slate.of([7], "x"), use="contextual_fallback") == Slate.of([7], "x")


def test_fallback_answers_when_penalised(artifacts: Artifacts) -> None:
    """When penalised, what is listened together with the anchor replaces the slate, without what was heard."""
    posed = query(artifacts, [(0, 1.0), (4, 0.0)], penalised=True)
    assert stage(posed, Slate.of([7], "x"), use="contextual_fallback").tracks == [8, 1]


def test_fallback_goes_on_with_popular_tracks(artifacts: Artifacts) -> None:
    """Where too little goes together with the anchor, popular tracks follow, most listened first."""
    assert stage(query(artifacts, [(1, 1.0)], wanted=4), use="contextual_fallback").tracks == [5, 0, 2, 3]


def test_fallback_can_look_at_the_previous_track(artifacts: Artifacts) -> None:
    """With anchor = 'previous', what goes together with the track just heard answers."""
    posed = query(artifacts, [(0, 1.0), (4, 0.0)], penalised=True)
    assert stage(posed, use="contextual_fallback", anchor="previous").tracks == [9]


def test_popular_skips_what_was_heard(artifacts: Artifacts) -> None:
    """Popular tracks come most listened first, without what was heard."""
    assert stage(query(artifacts, [(0, 1.0), (2, 0.1)]), use="popular", limit=1).tracks == [1, 3]


def test_indexed_proposes_the_users_own_list(artifacts: Artifacts) -> None:
    """A known user's own list is proposed without what was heard, a new user's slate stays empty."""
    assert stage(query(artifacts, [(0, 1.0)], user=1), use="indexed").tracks == [4, 8]
    assert stage(query(artifacts, [(0, 1.0)]), use="indexed").tracks == []


@pytest.mark.parametrize(
    ("weight", "order"),
    [
        (0, [0, 5, 3, 11, 1]),  # as it came
        (1, [11, 5, 3, 0, 1]),  # playbacks of 0, 5, 3, 11: 12, 7, 9, 1
        (0.5, [5, 0, 11, 3, 1]),  # sums of ranks: 0 + 3, 1 + 1, 2 + 2, 3 + 0; the earlier of equals first
    ],
)
def test_novelty_mixes_two_orders(artifacts: Artifacts, weight: float, order: list[int]) -> None:
    """The head of the slate is ordered by a mean of its own rank and the rank by fewest playbacks; the tail stays."""
    slate = Slate.of([0, 5, 3, 11, 1], "source")
    assert stage(query(artifacts, [(2, 1.0)]), slate, use="novelty", weight=weight, among=4).tracks == order
