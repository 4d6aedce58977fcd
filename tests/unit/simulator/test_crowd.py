"""Sessions in lockstep."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from simulator.config import ListenerConfig
from simulator.crowd import Crowd
from simulator.errors import SimulatorError
from simulator.worlds import World

AWFUL = 0  # a track of the lonely world with logit -1, and once heard, nothing
LOVED = 10  # logit 38
NICE = 11  # logit 0


def hear(crowd: Crowd, *tracks: int) -> list[float]:
    """Return what the only listener hears of some tracks, one after another."""
    return [float(crowd.hear(np.array([0]), np.array([track])).times[0]) for track in tracks]


def test_the_first_track_is_heard_first(lonely: World) -> None:
    """The track that the listener chose is heard by the same formula: expit((1 - 2) * 1)."""
    crowd = Crowd(lonely, 1, range(1))
    assert crowd.first_tracks.tolist() == [0]
    assert crowd.opening.times == pytest.approx([expit(-1)])
    assert not crowd.opening.ended.any()


def test_an_artist_heard_before_is_worth_less(lonely: World) -> None:
    """After one track of an artist the next is worth 0.9 of itself, another artist's all of it, then 0.81."""
    assert hear(Crowd(lonely, 1, range(1)), LOVED, NICE, 1) == pytest.approx([0.9, 0.5, 0.81 * expit(-1)])


def test_a_track_heard_before_gives_nothing_and_still_tires(lonely: World) -> None:
    """A repeated track gives exactly 0 and counts as its artist heard, as in the log."""
    times = hear(Crowd(lonely, 1, range(1)), LOVED, LOVED, 1)
    assert times == pytest.approx([0.9, 0, 0.729 * expit(-1)])
    assert times[1] == 0


def test_a_listener_leaves_when_the_budget_is_spent(lonely: World) -> None:
    """A repeated track costs one with certainty: after four or five of them the listener leaves."""
    for episode in range(20):
        crowd = Crowd(lonely, 1, range(episode, episode + 1))
        kept = 5 - int(crowd._budget[0])
        left = [bool(crowd.hear(np.array([0]), np.array([AWFUL])).left[0]) for _ in range(5 - kept)]
        assert left == [False] * (4 - kept) + [True]


def test_who_has_left_hears_nothing_more(lonely: World) -> None:
    """Asking a listener who has left is an error, not a silent answer."""
    crowd = Crowd(lonely, 1, range(1))
    with pytest.raises(SimulatorError, match="has left"):
        hear(crowd, *[AWFUL] * 6)


def test_a_track_outside_the_catalogue_is_refused(lonely: World) -> None:
    """Row -1 is no track, although NumPy would take it for the last one."""
    for track in (-1, 12):
        with pytest.raises(SimulatorError, match="rows 0 to 11"):
            hear(Crowd(lonely, 1, range(1)), track)


def test_a_session_is_truncated_at_the_limit(lonely: World) -> None:
    """With a limit of 2 tracks the one after the first ends the session, and nobody left."""
    limited = lonely.config.model_copy(update={"listener": ListenerConfig(max_tracks=2)})
    world = World(limited, lonely.catalogue, lonely.listeners, lonely.embeddings, lonely.first_tracks, ())
    heard = Crowd(world, 1, range(1)).hear(np.array([0]), np.array([LOVED]))
    assert heard.truncated.tolist() == [True]
    assert heard.left.tolist() == [False]
    assert heard.ended.tolist() == [True]


def test_some_skip_whatever_it_is(lonely: World) -> None:
    """With a rate of 0.3, three in ten of the first tracks give 0, within five standard errors."""
    noisy = lonely.config.model_copy(update={"listener": ListenerConfig(random_skip_rate=0.3)})
    world = World(noisy, lonely.catalogue, lonely.listeners, lonely.embeddings, lonely.first_tracks, ())
    skipped = Crowd(world, 1, range(4000)).opening.times == 0
    assert abs(skipped.mean() - 0.3) < 5 * np.sqrt(0.3 * 0.7 / 4000)


def test_sessions_start_with_a_near_track_of_an_interest(world: World) -> None:
    """Users, their three interests and the ten nearest tracks of each are all chosen, evenly."""
    crowd = Crowd(world, 3, range(20_000))
    assert np.bincount(crowd.users, minlength=60).min() > 20_000 / 60 - 5 * np.sqrt(20_000 / 60)
    choices = world.first_tracks[crowd.users].reshape(20_000, 30)
    assert (choices == crowd.first_tracks[:, None]).any(axis=1).all()
    places = np.bincount((choices == crowd.first_tracks[:, None]).argmax(axis=1), minlength=30)
    assert places.min() > 0


def test_an_episode_does_not_depend_on_the_others(world: World) -> None:
    """Backwards, with half of the episodes missing and one at a time: the same answers to the bit."""
    policy = np.random.default_rng(0).integers(len(world.catalogue), size=(40, world.config.listener.max_tracks))
    together = play(world, np.arange(40), policy)
    assert play(world, np.arange(39, -1, -1), policy) == together
    odd = play(world, np.arange(1, 40, 2), policy)
    assert odd == {episode: together[episode] for episode in odd}
    assert play(world, np.array([17]), policy)[17] == together[17]


def play(world: World, episodes: np.ndarray, policy: np.ndarray) -> dict[int, list[tuple[float, bool, bool]]]:
    """Return every episode's playbacks when episode e is given ``policy[e]``."""
    crowd = Crowd(world, 11, episodes)
    told = {int(e): [(float(t), False, False)] for e, t in zip(episodes, crowd.opening.times, strict=True)}
    active, step = np.arange(len(crowd)), 0
    while len(active):
        heard = crowd.hear(active, policy[episodes[active], step])
        for i, row in enumerate(active):
            told[int(episodes[row])].append((float(heard.times[i]), bool(heard.left[i]), bool(heard.truncated[i])))
        active, step = active[~heard.ended], step + 1
    return told


def test_a_budget_of_five_is_spent_on_average(world: World) -> None:
    """A session's sum of 1 - time is 5 in the mean, within five standard errors."""
    policy = np.random.default_rng(1).integers(len(world.catalogue), size=(3000, 200))
    sessions = play(world, np.arange(3000), policy).values()
    missed = np.array([sum(1 - time for time, _, _ in told) for told in sessions])
    assert abs(missed.mean() - 5) < 5 * missed.std() / np.sqrt(len(missed))
