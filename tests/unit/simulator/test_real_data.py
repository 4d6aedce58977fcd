"""Against the real catalogue, listeners and log."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.crowd import Crowd
from simulator.worlds import WORLDS, World, make_world

Playback = dict[str, Any]


@pytest.fixture(scope="module")
def dot(real_data: Path) -> World:
    """Return the dot world of the real catalogue and listeners."""
    return make_world(WORLDS["dot"], 0, catalogue=real_data / "tracks.jsonl", listeners=real_data / "listeners.jsonl")


@pytest.fixture(scope="module")
def log(real_data: Path) -> list[list[Playback]]:
    """Return the sessions of the real log."""
    ended, running = [], dict[object, list[Playback]]()
    for line in (real_data / "events.jsonl").read_text().splitlines():
        playback = json.loads(line)
        running.setdefault(playback["user"], []).append(playback)
        if playback["message"] == "last":
            ended.append(running.pop(playback["user"]))
    return ended


@pytest.fixture(scope="module")
def simulated(dot: World) -> tuple[Crowd, np.ndarray, np.ndarray, np.ndarray]:
    """Return 4,000 sessions of random tracks of the artist: crowd, times, lengths, second times."""
    artist_of = dot.catalogue.track_artist
    by_artist = np.argsort(artist_of, kind="stable")
    starts = np.searchsorted(artist_of[by_artist], np.arange(artist_of.max() + 2))
    rng = np.random.default_rng(1)
    crowd = Crowd(dot, 1, range(4000))
    times, lengths, active = crowd.opening.times.copy(), np.ones(4000), np.arange(4000)
    second: list[np.ndarray] = []
    while len(active):
        artists = artist_of[crowd.first_tracks[active]]
        sizes = starts[artists + 1] - starts[artists]
        tracks = by_artist[starts[artists] + (rng.random(len(active)) * sizes).astype(np.int64)]
        heard = crowd.hear(active, tracks)
        if not second:
            second.append(heard.times[tracks != crowd.first_tracks])
        times[active] += heard.times
        lengths[active] += 1
        active = active[~heard.ended]
    return crowd, times, lengths, second[0]


def test_the_real_listeners_load(dot: World, real_data: Path) -> None:
    """In the dot world they are taken as they are, in the cosine world by rank."""
    first = json.loads((real_data / "listeners.jsonl").read_text().splitlines()[0])
    assert (len(dot.catalogue), len(dot.listeners), dot.notes) == (50_000, 10_000, ())
    assert dot.listeners.interests[0].tolist() == first["interests"]
    assert dot.listeners.biases[0] == first["consume_bias"]
    cosine = make_world(
        WORLDS["cosine"], 0, catalogue=real_data / "tracks.jsonl", listeners=real_data / "listeners.jsonl"
    )
    assert 0.1 < cosine.listeners.biases.min() < cosine.listeners.biases.max() < 0.6
    assert "by rank" in cosine.notes[0]


def test_the_log_follows_the_rules(log: list[list[Playback]]) -> None:
    """Every repeated track gave 0, and no other track more than 0.9^(times the artist was heard)."""
    for session in log:
        heard: set[object] = set()
        for position, playback in enumerate(session):
            time = playback["time"]
            assert time == 0 if playback["track"] in heard else time <= 0.9**position + 0.005
            heard.add(playback["track"])


def test_the_log_spends_a_budget_of_five(log: list[list[Playback]]) -> None:
    """A session's sum of 1 - time is 5 in the mean, within two standard errors."""
    missed = np.array([sum(1 - playback["time"] for playback in session) for session in log])
    assert abs(missed.mean() - 5) < 2 * missed.std(ddof=1) / np.sqrt(len(missed))


def test_simulated_sessions_are_like_the_log(
    log: list[list[Playback]], simulated: tuple[Crowd, np.ndarray, np.ndarray, np.ndarray]
) -> None:
    """Session time and tracks lie within two standard errors of the log's; openings are heard whole."""
    crowd, times, lengths, second = simulated
    real_times = np.array([sum(playback["time"] for playback in session) for session in log])
    real_lengths = np.array([len(session) for session in log])
    assert abs(times.mean() - real_times.mean()) < 2 * real_times.std(ddof=1) / 10
    assert abs(lengths.mean() - real_lengths.mean()) < 2 * real_lengths.std(ddof=1) / 10
    assert Counter(session[0]["time"] for session in log) == {1.0: 100}
    assert (crowd.opening.times >= 0.995).mean() > 0.97
    assert abs((second / 0.9 >= 0.97).mean() - 0.93) < 0.02


def test_sessions_start_with_an_interest_s_artist_as_often(
    dot: World, log: list[list[Playback]], simulated: tuple[Crowd, np.ndarray, np.ndarray, np.ndarray]
) -> None:
    """The first track's artist is one of the listener's interests' in half of the sessions, as in the log."""
    crowd = simulated[0]
    artist_of = dot.catalogue.track_artist
    users, tracks = (np.array([session[0][key] for session in log]) for key in ("user", "track"))
    known = artist_of[dot.listeners.interests]
    real = (known[users] == artist_of[tracks][:, None]).any(axis=1).mean()
    ours = (known[crowd.users] == artist_of[crowd.first_tracks][:, None]).any(axis=1).mean()
    assert real == pytest.approx(0.51)
    assert abs(ours - real) < 0.1
