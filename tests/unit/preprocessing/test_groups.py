"""Groups of users, on a log whose groups are plain to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from preprocessing.artifacts import Artifacts

Row = dict[str, Any]
Preprocess = Callable[..., Artifacts]
MakeEvent = Callable[..., Row]


@pytest.fixture
def two_camps(preprocess: Preprocess, make_event: MakeEvent) -> Artifacts:
    """Users 0 to 9 hear A whole and skip B, users 10 to 19 the other way round; a user without a taste is the last."""
    rows = [
        make_event(user, track, float((track < 20) == (user < 10)), at)
        for user in range(20)
        for at, track in enumerate((10, 11, 20, 21))
    ]
    return preprocess([*rows, make_event(20, 30, 0.5)], wide_groups=2, group_size=10)


def test_users_who_hear_the_same_are_a_group(two_camps: Artifacts) -> None:
    """The two camps are the two groups; nothing is known of who heard one track as everybody did."""
    groups = two_camps.user_group.tolist()
    assert len(set(groups[:10])) == len(set(groups[10:20])) == 1
    assert groups[0] != groups[10]
    assert groups[20] == -1


def test_a_group_lists_what_it_hears_longest(two_camps: Artifacts) -> None:
    """The first camp hears the tracks of A (rows 0 and 1) longest, the second those of B (2 and 3)."""
    first, second = two_camps.user_group[[0, 10]].tolist()
    assert two_camps.group_tracks.row(first) == [0, 1, 2, 3]
    assert two_camps.group_tracks.row(second) == [2, 3, 0, 1]


def test_neighbours_are_heard_by_the_same_groups(two_camps: Artifacts) -> None:
    """Each track's only neighbour is the other one that its camp hears; a track that nobody heard more has none."""
    assert two_camps.group_neighbours[:, :2].tolist() == [[1, -1], [0, -1], [3, -1], [2, -1], [-1, -1]]


def test_a_track_that_nobody_heard_stands_by_its_artist(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """Track 11 (row 1) was not heard; it and the other track of A are each other's nearest all the same."""
    rows = [
        make_event(user, track, float((track < 20) == (user < 10)), at)
        for user in range(20)
        for at, track in enumerate((10, 20, 21))
    ]
    artifacts = preprocess(rows, wide_groups=2, group_size=10)
    assert artifacts.group_neighbours[:2, 0].tolist() == [1, 0]


def test_groups_that_have_a_list_are_small(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """Ten users who hear A alone and ten who hear B alone fall into groups of one artist each, however small."""
    rows = [make_event(user, track, 1.0) for user in range(20) for track in ((10, 11) if user < 10 else (20, 21))]
    groups = preprocess([*rows, make_event(20, 30, 0.5)], group_size=1).user_group
    assert not set(groups[:10].tolist()) & set(groups[10:20].tolist())
