"""Every artifact against values worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from preprocessing.artifacts import Artifacts

Row = dict[str, Any]
Preprocess = Callable[..., Artifacts]
MakeEvent = Callable[..., Row]


def test_sessions_end_with_last_with_silence_and_by_name(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """A last row, more than half an hour, another name or another user begin a new session."""
    rows = [
        make_event(1, 10, 1, 0),
        make_event(1, 11, 1, 1800),
        make_event(1, 20, 1, 1900, message="last"),
        make_event(1, 21, 1, 1901),
        make_event(1, 30, 1, 1901 + 1801),
        make_event(1, 10, 1, 9000, session="x"),
        make_event(1, 11, 1, 99_000, session="x"),
        make_event(1, 20, 1, 9001, session="y"),
        make_event(2, 10, 1, 1),
    ]
    artifacts = preprocess(rows)
    assert artifacts.manifest.counts.sessions == 6
    # 10 began two of them, the others one each, the latest first.
    assert artifacts.user_first_tracks.row(0) == [0, 2, 4, 3]


def test_appeal_is_shrunk_toward_the_artist_and_the_mean(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """The formula of the module, with priors of one hearing."""
    rows = [make_event(1, 10, 1.0, 0), make_event(1, 20, 0.0, 1), make_event(1, 10, 0.0, 2)]
    artifacts = preprocess(rows, track_prior=1, artist_prior=1)
    everyone = 0.5  # the repeat of 10 does not count
    a, b = (1.0 + everyone) / 2, (0.0 + everyone) / 2
    expected = [(1.0 + a) / 2, a, (0.0 + b) / 2, b, everyone]
    assert artifacts.track_appeal.tolist() == pytest.approx(expected)
    assert artifacts.track_plays.tolist() == [2, 0, 1, 0, 0]
    assert artifacts.popular_tracks.tolist() == [0, 1, 4, 3, 2]
    assert [artifacts.artist_tracks.row(artist) for artist in range(3)] == [[0, 1], [3, 2], [4]]


def test_neighbours_are_what_was_heard_in_the_same_sessions(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """The weight of a pair is the product of the fractions, over the norms plus the shrinkage."""
    rows = [make_event(1, 10, 1.0, 0), make_event(1, 20, 0.5, 1), make_event(1, 30, 0.0, 2)]
    artifacts = preprocess(rows, neighbours=2, neighbour_shrinkage=0.5)
    assert artifacts.track_neighbours.tolist() == [[2, -1], [-1, -1], [0, -1], [-1, -1], [-1, -1]]
    assert artifacts.track_neighbour_scores[0].tolist() == pytest.approx([0.5 / (1.0 * 0.5 + 0.5), 0])


def test_neighbours_by_one_artist_are_capped(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """Of two neighbours by one artist the better one stays, and the next artist's follows."""
    heard = [(30, 1.0), (10, 1.0), (11, 0.9), (20, 0.8)]
    rows = [make_event(1, track, time, place) for place, (track, time) in enumerate(heard)]
    rows += [make_event(2, track, 0.5, place) for place, track in enumerate([10, 21, 11, 20])]
    artifacts = preprocess(rows, neighbours=3, neighbours_per_artist=1)
    assert artifacts.track_neighbours[4].tolist() == [0, 2, -1]


def test_neighbours_beyond_the_lag_are_none(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """With a lag of one only those next to each other are pairs."""
    rows = [make_event(1, track, 1.0, place) for place, track in enumerate([10, 20, 30])]
    artifacts = preprocess(rows, neighbours=2, neighbour_lag=1)
    assert artifacts.track_neighbours[0].tolist() == [2, -1]
    assert artifacts.track_neighbours[2].tolist() == [0, 4]


def test_a_profile_holds_likes_and_dislikes_at_the_thresholds(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """0.8 is liked, 0.2 is disliked, a track can be both, and artists add up."""
    rows = [
        make_event(1, 10, 0.8, 0),
        make_event(1, 20, 1.0, 1),
        make_event(1, 30, 0.2, 2),
        make_event(1, 20, 0.0, 3),
        make_event(1, 11, 0.79, 4),
        make_event(1, 21, 0.21, 5),
    ]
    artifacts = preprocess(rows)
    assert artifacts.user_favourites.row(0) == [0, 2]
    assert artifacts.user_disliked.row(0) == [2, 4]
    # A: 0.3 + 0.29; B: 0.5 - 0.29, the repeat does not count; C: -0.3
    assert artifacts.user_favourite_artists.row(0) == [0, 1]


def test_similar_users_like_the_same_rare_things(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """The score is the cosine over liked tracks and artists, weighted by their rarity."""
    rows = [make_event(1, 10, 1.0), make_event(2, 10, 1.0), make_event(2, 20, 1.0, 1), make_event(3, 30, 1.0)]
    artifacts = preprocess(rows, similar_users=2)
    assert artifacts.similar_users.tolist() == [[1, -1], [0, -1], [-1, -1]]
    shared, alone = round(math.log1p(3 / 2), 3), round(math.log1p(3), 3)
    cosine = 2 * shared**2 / math.sqrt(2 * shared**2 * (2 * shared**2 + 2 * alone**2))
    assert artifacts.similar_user_scores[0].tolist() == pytest.approx([cosine, 0])


def test_a_personal_list_goes_from_favourites_outward(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """Favourites, then their artists' tracks, neighbours, similar users'; no dislikes, nothing twice."""
    rows = [
        make_event(1, 10, 1.0, 0),
        make_event(1, 20, 0.5, 1),
        make_event(2, 10, 1.0, 0),
        make_event(2, 30, 0.9, 1),
        make_event(2, 21, 0.1, 2),
    ]
    artifacts = preprocess(rows)
    assert artifacts.user_indexed.row(0) == [0, 1, 4, 2, 3]
    assert artifacts.user_indexed.row(1) == [0, 4, 1, 2]
    assert preprocess(rows, indexed_length=2).user_indexed.row(1) == [0, 4]


def test_kin_are_alike_in_one_way(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """Users 1 and 2 like the same track, 2 and 3 skip the same one; artists add to neither."""
    rows = [
        make_event(1, 10, 1.0),
        make_event(2, 10, 0.9),
        make_event(2, 20, 0.0, 1),
        make_event(3, 20, 0.1),
        make_event(3, 30, 1.0, 1),
    ]
    artifacts = preprocess(rows, kin=1)
    assert artifacts.kin_by_liked_tracks.tolist() == [[1], [0], [-1]]
    assert artifacts.kin_by_disliked_tracks.tolist() == [[-1], [2], [1]]
    assert artifacts.kin_by_liked_artists.tolist() == [[1], [0], [-1]]
    assert artifacts.kin_by_disliked_artists.tolist() == [[-1], [2], [1]]


def test_fans_are_those_who_like_an_artist_most(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """User 2 likes A by 0.5, user 1 by 0.4, user 3 does not."""
    rows = [make_event(1, 10, 0.9), make_event(2, 11, 1.0), make_event(3, 10, 0.3)]
    assert [preprocess(rows).artist_fans.row(artist) for artist in range(3)] == [[1, 0], [], []]
    assert preprocess(rows, fans=1).artist_fans.row(0) == [1]
