"""Groups of users, on a log whose groups are plain to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from preprocessing.artifacts import Artifacts
from preprocessing.groups import group_users

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
    return preprocess([*rows, make_event(20, 30, 0.5)], user_groups=2)


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


def test_there_may_be_more_groups_than_users() -> None:
    """Two users who point apart are two groups of the ten that are asked for."""
    groups = group_users(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), 10)
    assert sorted(groups[:2].tolist()) == [0, 1]
    assert groups[2] == -1
