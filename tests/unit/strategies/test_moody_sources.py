"""Sources that order their candidates by the session's mood, on the catalogue of tests/tiny.py."""

from __future__ import annotations

import pytest

from preprocessing.artifacts import Artifacts
from strategies.base import Query, Slate
from strategies.mood import MoodConfig, by_mood
from strategies.registry import build_chain
from tests.tiny import query, tiny_artifacts


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    """The tiny world."""
    return tiny_artifacts(tmp_path_factory.mktemp("tiny"))


def proposed(posed: Query, use: str, **parameters: float) -> list[int]:
    """Return what one configured source proposes."""
    (strategy,) = build_chain("one", [{"use": use, **parameters}]).strategies
    return strategy(posed, Slate([], [])).tracks


def test_an_artist_heard_well_comes_again_until_they_tire(artifacts: Artifacts) -> None:
    """After one track of Bo heard whole, the next is expected at (0.5 * 0.2 + 1) / 1.5 * 0.5 = 0.37."""
    config = MoodConfig(fatigue=0.5, doubt=0.5)
    posed = query(artifacts, [(4, 1.0)])
    assert by_mood(posed, {8: 0.36, 5: 0.2}, config) == [5, 8]
    assert by_mood(posed, {8: 0.37, 5: 0.2}, config) == [8, 5]


def test_an_artist_who_was_skipped_is_left(artifacts: Artifacts) -> None:
    """A track of an artist who was skipped comes behind one of which little is expected."""
    posed = query(artifacts, [(0, 1.0), (4, 0.0)])
    assert by_mood(posed, {5: 0.6, 8: 0.2}, MoodConfig()) == [8, 5]


def test_a_tired_artist_is_not_held_against(artifacts: Artifacts) -> None:
    """A second track heard as much as fatigue leaves of it counts as heard whole."""
    posed = query(artifacts, [(4, 1.0), (5, 0.5)])
    # (0.5 * 0 + 1 + 1) / 2.5 * 0.25 = 0.2
    assert by_mood(posed, {8: 0.19, 6: 0.0}, MoodConfig(fatigue=0.5)) == [6, 8]
    assert by_mood(posed, {8: 0.21, 6: 0.0}, MoodConfig(fatigue=0.5)) == [8, 6]


def test_indexed_puts_the_own_list_in_the_order_of_the_session(artifacts: Artifacts) -> None:
    """Of the own list 4, 8, 0: with Cleo heard well and Bo skipped, 8 comes before Ada's track before Bo's."""
    assert proposed(query(artifacts, [(9, 1.0), (5, 0.0)], user=1), "indexed") == [8, 0, 4]


def test_contextual_proposes_the_company_of_the_anchor(artifacts: Artifacts) -> None:
    """All that was heard together with the anchor is proposed; its own artist last, who is a little tired."""
    assert proposed(query(artifacts, [(0, 1.0)]), "contextual") == [4, 8, 1]


def test_contextual_asks_what_was_liked_and_not_what_was_skipped(artifacts: Artifacts) -> None:
    """Of 4, which was liked, 9 is the company; of 1, which was skipped, 5 is not proposed."""
    assert 9 in proposed(query(artifacts, [(0, 1.0), (4, 0.9)]), "contextual")
    assert 5 not in proposed(query(artifacts, [(0, 1.0), (1, 0.1)]), "contextual")


def test_contextual_remembers_as_many_as_are_said(artifacts: Artifacts) -> None:
    """Of 4 and 1, liked after the anchor 0, a memory of one asks 1 alone (5 is its company), of none neither."""
    posed = query(artifacts, [(0, 1.0), (4, 0.9), (1, 0.9)])
    asked = [{5, 9} & set(proposed(posed, "contextual", memory=memory)) for memory in (2, 1, 0)]
    assert asked == [{5, 9}, {5}, set()]


def test_similar_users_come_before_own_favourites_before_popular_tracks(artifacts: Artifacts) -> None:
    """User 1 gets the favourites of user 2 (5, 9), then the own ones (4, 8), the own first track, a popular one."""
    few = {"voters": 1.0, "own": 0.4, "fans": 0, "first": 0.2}
    posed = query(artifacts, [(11, 1.0)], user=1)
    assert proposed(posed, "similar_users", **few) == [5, 9, 4, 8, 0]
    assert proposed(query(artifacts, [(0, 1.0)], user=12), "similar_users") == [1]


def test_the_kin_of_each_way_are_asked_as_many_as_are_said(artifacts: Artifacts) -> None:
    """With no kin by what is liked, user 1 is like user 3 alone, who has no favourites."""
    none = {"liked_tracks": 0, "liked_artists": 0, "fans": 0}
    assert proposed(query(artifacts, [(11, 1.0)], user=1), "similar_users", **none) == [4, 8, 0]


def test_users_without_history_get_what_the_fans_of_a_liked_artist_like(artifacts: Artifacts) -> None:
    """Bo's fans are users 1 and 2, whose favourites are 4, 8, 5 and 9; Bo was heard well and comes first."""
    posed = query(artifacts, [(6, 1.0)])
    assert proposed(posed, "similar_users") == [4, 5, 8, 9, 0]
    assert proposed(query(artifacts, [(6, 0.1)]), "similar_users") == [0]


def test_user_groups_ask_the_groups_neighbours_of_the_session(artifacts: Artifacts) -> None:
    """Of 0, the anchor, the neighbours are 5 and 10; of 6, which was liked, 9 and 7, the latter by Bo again."""
    assert proposed(query(artifacts, [(0, 1.0)]), "user_groups") == [5, 10]
    assert proposed(query(artifacts, [(0, 1.0), (6, 1.0)]), "user_groups") == [7, 5, 9, 10]
    assert proposed(query(artifacts, [(0, 1.0), (6, 0.1)]), "user_groups") == [10, 5]


def test_a_groups_list_stands_for_the_users(artifacts: Artifacts) -> None:
    """User 1 gets the list of group 0; user 3 is in none, and a new user has none."""
    source = {"use": "user_groups", "source": "list"}
    (strategy,) = build_chain("one", [source]).strategies
    lists = [strategy(query(artifacts, [(11, 1.0)], user=user), Slate([], [])).tracks for user in (1, 3, 12)]
    assert lists == [[8, 5, 4], [], []]


def test_groups_of_the_fans_of_a_liked_artist_have_a_say(artifacts: Artifacts) -> None:
    """Both groups hold a fan of Bo: after track 4, his 5 comes first, then 8 and 9, for a new user too.

    User 2 is in the group that lists 9, which so has two voices; a skip of Bo asks nobody.
    """
    (strategy,) = build_chain("one", [{"use": "user_groups", "source": "list"}]).strategies
    new, second = (strategy(query(artifacts, [(4, 1.0)], user=user), Slate([], [])).tracks for user in (12, 2))
    assert new == [5, 8, 9]
    assert second == [5, 9, 8]
    assert strategy(query(artifacts, [(11, 1.0), (4, 0.1)], user=12), Slate([], [])).tracks == []
