"""Learning the taste model, step by step and whole, on logs that can be checked by hand."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from preprocessing.artifacts import Artifacts
from preprocessing.taste import kin
from preprocessing.taste import vectors as vectors_module
from preprocessing.taste.company import ARTIST_PRIOR, USER_PRIOR, Ties, ties_of_openings, ties_of_playbacks
from preprocessing.taste.effects import fit_effects, fit_users
from preprocessing.taste.fatigue import LENGTH, fatigue
from preprocessing.taste.graph import TIE_PRIOR, Graph
from preprocessing.taste.kin import nearest_artists
from preprocessing.taste.playbacks import Openings, Playbacks, in_parts
from preprocessing.taste.sample import learners
from preprocessing.taste.vectors import LENGTH_PRIOR, Directions, artist_vectors, directions

Row = dict[str, Any]
Preprocess = Callable[..., Artifacts]
MakeEvent = Callable[..., Row]


def openings(*rows: tuple[int, int]) -> Openings:
    """Return openings, (user, artist), each heard to its end."""
    users, artists = (np.array(column) for column in zip(*rows, strict=True))
    return Openings(users, artists, np.ones(len(rows)))


def playbacks(*rows: tuple[int, int, int, int, float]) -> Playbacks:
    """Return playbacks: user, artist, first artist, times heard, fraction."""
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Playbacks(*columns[:4], columns[4].astype(float))


NO_OPENINGS = Openings(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


def test_a_session_is_an_opening_and_playbacks() -> None:
    """Tracks 0, 1 by artist 0 and 2 by artist 1: the repeated track is left out, but tires of its artist."""
    events = pl.DataFrame(
        {
            "user_idx": [5, 5, 5, 5],
            "session_idx": [1, 1, 1, 1],
            "track_idx": [0, 2, 0, 1],
            "time": [10_000, 5_000, 0, 2_500],
            "opens": [True, False, False, False],
            "first_hearing": [True, True, False, True],
        }
    )
    opened, heard = in_parts(events, np.array([0, 0, 1], dtype=np.int32))
    assert (opened.user.tolist(), opened.artist.tolist(), opened.fraction.tolist()) == ([5], [0], [1.0])
    assert heard.artist.tolist() == [1, 0]
    assert heard.first_artist.tolist() == [0, 0]
    assert heard.times_heard.tolist() == [0, 2]
    assert heard.fraction.tolist() == [0.5, 0.25]


def test_fatigue_is_read_off_the_best_that_is_reached() -> None:
    """Second tracks reach 0.8 and third ones 0.6; from there on it falls as it did on average, sqrt(0.6) a time."""
    rows = [(0, 0, 0, times, fraction) for times, fraction in ((1, 0.8), (2, 0.6)) for _ in range(60)]
    left = fatigue(openings(*[(0, 0)] * 60), playbacks(*rows))
    assert left[:3] == pytest.approx([1, 0.8, 0.6])
    assert left[3] == pytest.approx(0.6 * 0.6**0.5)
    assert len(left) == LENGTH


def test_nothing_tires_where_nothing_was_heard() -> None:
    """A log of skips alone says nothing of fatigue."""
    rows = [(0, 0, 0, times, 0.0) for times in range(3) for _ in range(60)]
    assert fatigue(NO_OPENINGS, playbacks(*rows)).tolist() == [1.0] * LENGTH


def test_openings_of_one_user_tie_their_artists() -> None:
    """User 1 began with artists 0, 1 and 0, user 2 with 2: artists 0 and 1 are tied twice, and 2 with nobody."""
    ties = Graph.of([ties_of_openings(openings((1, 0), (1, 1), (1, 0), (2, 2)))], 3).sums.toarray()
    assert ties.tolist() == [[0, 2, 0], [2, 0, 0], [0, 0, 0]]


def test_surplus_ties_and_its_lack_parts() -> None:
    """After artist 0 one user hears artist 1 to the end and skips artist 2, by what they hear of any."""
    ties = Graph.of([ties_of_playbacks(playbacks((1, 1, 0, 0, 1.0), (1, 2, 0, 0, 0.0)))], 3).sums.toarray()
    usual = (1.0 + USER_PRIOR * 0.5) / (2 + USER_PRIOR)
    surplus = (1 - usual) * ARTIST_PRIOR / (1 + ARTIST_PRIOR)
    assert ties[0, 1] == pytest.approx(surplus)
    assert ties[0, 2] == pytest.approx(-surplus)
    assert np.array_equal(ties, ties.T)


def graph(ties: np.ndarray) -> Graph:
    """The graph of a symmetric matrix of ties."""
    one, other = np.triu(ties).nonzero()
    return Graph.of([Ties(np.zeros(len(one), np.int64), one, other, ties[one, other])], len(ties))


def test_those_who_go_together_are_near() -> None:
    """Of two separate groups, artists of one are near each other and not the others; who has no tie is zero."""
    ties = np.zeros((7, 7))
    ties[:3, :3] = ties[3:6, 3:6] = 20
    np.fill_diagonal(ties, 0)
    tied = graph(ties)
    vectors = artist_vectors(tied, directions(tied, 2), 2)
    products = vectors @ vectors.T
    assert products[0, 1] > 0.4
    assert abs(products[0, 3]) < 0.05
    assert not vectors[6].any()
    assert np.linalg.norm(vectors, axis=1).max() < 1


def test_directions_count_beyond_what_chance_reaches() -> None:
    """Of the eigenvalues 0.95 and 0.54, 0.9 of the 0.5 after them is by chance: 0.5 and 0.09 are left."""
    tied = graph(np.ones((4, 4)) - np.eye(4))
    known = Directions(np.eye(4, dtype=np.float32), np.array([0.95, 0.54, 0.5, 0.5]))
    vectors = artist_vectors(tied, known, 2)
    lengths = np.sqrt([0.5, 0.09])
    prior = LENGTH_PRIOR * lengths[1] / 2  # the median of both lengths and two zeros
    assert vectors[:2] == pytest.approx(np.diag(lengths / (lengths + prior)), rel=1e-5)
    assert not vectors[2:].any()


def groups_of_ten() -> np.ndarray:
    """Ties of 20 groups of 10 artists, each tied more than the group before it."""
    group = np.arange(200) // 10
    ties = np.where(np.equal.outer(group, group), group[:, None] + 1.0, 0.0)
    np.fill_diagonal(ties, 0)
    return ties


@pytest.mark.parametrize("exact", [0, 200])
def test_directions_are_eigenvectors(exact: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The 5 groups that are tied most are the leading directions, solved as a whole and step by step alike."""
    monkeypatch.setattr(vectors_module, "EXACT", exact)
    monkeypatch.setattr(vectors_module, "STEPS", 5)
    ties = groups_of_ten()
    scale = 1 / np.sqrt(ties.sum(axis=1) + TIE_PRIOR)
    wanted = np.linalg.eigvalsh(scale[:, None] * ties * scale)[::-1][:6]
    found = directions(graph(ties), 5)
    assert found.values == pytest.approx(wanted, rel=1e-4)
    assert found.columns.T @ found.columns == pytest.approx(np.eye(5), abs=1e-4)


def test_who_is_outside_the_core_stands_where_its_ties_put_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """An artist of few ties, all to one group, is nearest to that group's artists; the core holds the 200 others."""
    monkeypatch.setattr(vectors_module, "CORE", 200)
    ties = np.zeros((201, 201))
    ties[:200, :200] = groups_of_ten()
    ties[200, 185:188] = ties[185:188, 200] = 1.0
    tied = graph(ties)
    vectors = artist_vectors(tied, directions(tied, 5), 5)
    products = vectors[:200] @ vectors[200]
    assert set(np.argsort(-products)[:10].tolist()) == set(range(180, 190))
    assert products[:180] == pytest.approx(np.zeros(180), abs=1e-3)


def test_no_ties_no_vectors() -> None:
    """A graph without ties has zero vectors of one column."""
    none = graph(np.zeros((4, 4)))
    assert artist_vectors(none, directions(none, 8), 8).tolist() == [[0.0]] * 4


def test_clusters_hold_those_who_are_near(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four groups with nothing in common, the kin of each of 40 artists are the nine others of its group."""
    monkeypatch.setattr(kin, "EXACT", 8)
    monkeypatch.setattr(kin, "LARGEST", 10)
    monkeypatch.setattr(kin, "SEARCHED", 2)
    lengths = np.linspace(0.5, 0.9, 40, dtype=np.float32)
    found = nearest_artists(np.eye(4, dtype=np.float32)[np.arange(40) % 4] * lengths[:, None], 1, lengths * 0, 9)
    for artist in range(40):
        assert sorted(found[artist].tolist()) == [other for other in range(artist % 4, 40, 4) if other != artist]


def test_kin_are_ordered_by_expectation() -> None:
    """After artist 0 comes the nearer one, unless the other has a larger effect of its own; never itself."""
    vectors = np.array([[0.9, 0], [0.8, 0.1], [0.5, 0.5], [0, 0]], dtype=np.float32)
    none = np.zeros(4, dtype=np.float32)
    assert nearest_artists(vectors, 1, none, 3)[0].tolist() == [1, 2, -1]
    assert nearest_artists(vectors, 1, np.array([0, 0, 5, 9], dtype=np.float32), 1)[0].tolist() == [2]
    assert nearest_artists(vectors, 1, none, 2)[3].tolist() == [-1, -1]


def test_effects_are_shrunk_by_how_little_is_known() -> None:
    """Users who skip are demanding, and the one with 100 skips more so than the one with a single skip."""
    rows = [(0, 0, 1, 0, 0.0)] + [(1, 0, 1, 0, 0.0)] * 100 + [(2, 0, 1, 0, 1.0)] * 100
    heard = playbacks(*rows)
    effects = fit_effects(heard, np.zeros(len(heard)), np.ones(LENGTH), 2, 4)
    assert effects.demand[1] > effects.demand[0] > 0 > effects.demand[2]
    assert effects.demand[3] == 0
    assert effects.is_finite


def test_similarity_is_worth_what_it_says_of_the_fraction() -> None:
    """Where similar artists are heard and others are not, the slope is positive; where it says nothing, about 0."""
    rng = np.random.default_rng(1)
    similarity = rng.random(4000)
    rows = [(user % 50, user % 20, 21, 0, 0.0) for user in range(4000)]
    heard = playbacks(*rows)
    told = Playbacks(heard.user, heard.artist, heard.first_artist, heard.times_heard, (similarity > 0.5).astype(float))
    untold = Playbacks(heard.user, heard.artist, heard.first_artist, heard.times_heard, rng.random(4000).round())
    left = np.ones(LENGTH)
    assert fit_effects(told, similarity, left, 22, 50).slopes[1] > 5
    assert abs(fit_effects(untold, similarity, left, 22, 50).slopes[1]) < 0.5


@pytest.mark.parametrize("taste_playbacks", [3_000_000, 1_000])
def test_two_genres_are_found(preprocess: Preprocess, make_event: MakeEvent, taste_playbacks: int) -> None:
    """Users love one of two genres of four artists: an artist's kin are of its own genre, and similarity counts.

    So it is too where the log has more playbacks, 1,680, than are learned from and all of them are settled;
    then the other users are known as well.
    """
    catalogue = [{"track": track, "artist": f"artist {track // 3}", "title": f"song {track}"} for track in range(24)]
    rng = np.random.default_rng(2)
    rows = []
    for user in range(60):
        genre = user % 2
        for session in range(4):
            tracks = [int(rng.integers(12)) + 12 * genre, *rng.permutation(24)[:6].tolist()]
            for place, track in enumerate(tracks):
                time = 1.0 if track // 12 == genre else 0.1
                rows.append(
                    make_event(user, track, time, 1000 * (4 * user + session) + place, session=f"{user}-{session}")
                )
    artifacts = preprocess(rows, catalogue, artist_kin=3, taste_playbacks=taste_playbacks, settled_growth=1e-4)
    numbers = artifacts.manifest.taste
    assert numbers is not None
    assert numbers.similarity > 1
    assert numbers.log_loss < numbers.mean_log_loss / 2
    assert artifacts.user_demand.all()
    for artist in range(8):
        assert set(artifacts.artist_kin[artist].tolist()) == {
            other for other in range(8) if other // 4 == artist // 4
        } - {artist}


def test_users_are_learned_from_whole_and_no_more_than_wanted() -> None:
    """Of ten users of five events each, 23 events are those of four users, and fifty are everybody's."""
    events = pl.DataFrame({"user_idx": np.repeat(np.arange(10), 5)})
    assert learners(events, 10, 23).sum() == 4
    assert learners(events, 10, 50).all()


def test_a_user_who_was_not_learned_from_is_known_as_well() -> None:
    """Fitted alone to what was learned, a user's demand and sharpness are those of the fit of all; others' stay."""
    rng = np.random.default_rng(3)
    demand = rng.normal(0, 1, 50)
    similarity = rng.random(10_000)
    user = np.arange(10_000) % 50
    rows = [(int(one), int(rng.integers(20)), 21, 0, 0.0) for one in user]
    listened = expit(-1 + 3 * similarity - demand[user])
    heard = replace(playbacks(*rows), fraction=listened)
    left = np.ones(LENGTH)
    everybody = fit_effects(heard, similarity, left, 22, 50)
    alone = replace(everybody, demand=np.zeros(50), sharpness=np.ones(50))
    fit_users(alone, heard.of(user >= 25), similarity[user >= 25], left)
    assert alone.demand[25:] == pytest.approx(everybody.demand[25:], abs=0.2)
    assert alone.sharpness[25:] == pytest.approx(everybody.sharpness[25:], abs=0.05)
    assert not alone.demand[:25].any()


@pytest.mark.parametrize(
    ("times", "why"),
    [
        ([1.0, 0.5], "the log has 1 playbacks after a first track"),
        ([0.5] * 400, "all playbacks of the log were heard to the same fraction"),
    ],
)
def test_what_cannot_be_learned_is_said(
    times: list[float], why: str, preprocess: Preprocess, make_event: MakeEvent, caplog: pytest.LogCaptureFixture
) -> None:
    """A log that says too little gives artifacts without a model, and a sentence."""
    tracks = (10, 11, 20, 21, 30)
    with caplog.at_level(logging.WARNING):
        artifacts = preprocess(
            [make_event(1, tracks[at % 5], time, at, session="s" * (1 + at // 5)) for at, time in enumerate(times)]
        )
    assert artifacts.manifest.taste is None
    assert f"no taste model is made, and chains do without: {why}" in caplog.messages
    assert np.isfinite(artifacts.artist_vectors).all()
