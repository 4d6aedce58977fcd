"""Invented sessions: what people start with, what they are recommended, how much of it they hear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from preprocessing.sample.catalogue import GENRES, SampleCatalogue

# Measured on a real log of 100 sessions: 6 to 14 playbacks, mean 9.59, standard deviation 2.43.
SHORTEST_SESSION, LONGEST_SESSION = 6, 14
SESSION_MEAN, SESSION_DEVIATION = 9.59, 2.43
# Measured there: a first track is heard to the end (100 of 100); a repeat within the session is skipped at
# once (260 of 260); of other recommended tracks 4 % are heard to at most 0.2, the mean is 0.59.
FIRST_TIME, REPEAT_TIME = 1.0, 0.0
LIKED_TIME, STRANGE_TIME, TIME_DEVIATION = 0.68, 0.28, 0.17
# Not measured (there every recommendation is by the first track's artist): the mix that a recommender which
# also tries other things would answer with.
BY_ARTIST, POPULAR = 0.6, 0.25
OWN_ARTISTS = 5  # artists that a user comes back to
FROM_OWN_ARTISTS = 0.5

TRACK_S = 210  # not measured: the usual length of a song
DAYS = 90
START_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Sessions:
    """One row per session, one column per playback; ``length`` of them are held."""

    user: NDArray[np.int64]  # (n,)
    length: NDArray[np.int64]  # (n,)
    tracks: NDArray[np.int64]  # (n, LONGEST_SESSION), -1 where not held
    times: NDArray[np.float64]  # same shape, two decimals, as in the real log
    timestamps_ms: NDArray[np.int64]  # same shape


def sample_sessions(catalogue: SampleCatalogue, n_users: int, n_playbacks: int, rng: np.random.Generator) -> Sessions:
    """Return sessions of ``n_playbacks`` playbacks in all; every user has one while there are enough."""
    lengths = np.clip(
        np.round(rng.normal(SESSION_MEAN, SESSION_DEVIATION, n_playbacks // SHORTEST_SESSION + 1)),
        SHORTEST_SESSION,
        LONGEST_SESSION,
    ).astype(np.int64)
    n = int(np.searchsorted(np.cumsum(lengths), n_playbacks)) + 1
    lengths = lengths[:n]
    lengths[-1] -= lengths.sum() - n_playbacks
    user = np.sort(np.concatenate([np.arange(n), rng.integers(0, n_users, n)])[:n] % n_users)
    genres = np.stack([rng.permutation(GENRES)[:2] for _ in range(n_users)])[user]
    anchors = _first_tracks(catalogue, user, genres[:, 0], n_users, rng)
    tracks = np.full((n, LONGEST_SESSION), -1, dtype=np.int64)
    times = np.zeros((n, LONGEST_SESSION))
    tracks[:, 0], times[:, 0] = anchors, FIRST_TIME
    for place in range(1, LONGEST_SESSION):
        track = _recommended(catalogue, anchors, genres, rng)
        time = _time_heard(catalogue, track, genres, rng)
        repeat = (tracks[:, :place] == track[:, None]).any(axis=1)
        tracks[:, place], times[:, place] = track, np.where(repeat, REPEAT_TIME, time)
    tracks[np.arange(LONGEST_SESSION) >= lengths[:, None]] = -1
    return Sessions(user, lengths, tracks, np.round(times, 2), _timestamps(user, times, rng))


def _first_tracks(
    catalogue: SampleCatalogue,
    user: NDArray[np.int64],
    genre: NDArray[np.int64],
    n_users: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    known = _famous(catalogue, genre, rng)
    # A user's own artists are those of the tracks that their first sessions would begin with.
    first_session = np.searchsorted(user, np.arange(n_users)).clip(max=len(user) - 1)
    own = np.stack([_famous(catalogue, genre[first_session], rng) for _ in range(OWN_ARTISTS)], axis=1)
    comes_back = own[user, rng.integers(0, OWN_ARTISTS, len(user))]
    return np.where(rng.random(len(user)) < FROM_OWN_ARTISTS, _by_same_artist(catalogue, comes_back, rng), known)


def _recommended(
    catalogue: SampleCatalogue,
    anchors: NDArray[np.int64],
    genres: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    n = len(anchors)
    source = rng.random(n)
    genre = genres[np.arange(n), rng.integers(0, genres.shape[1], n)]
    return np.select(
        [source < BY_ARTIST, source < BY_ARTIST + POPULAR],
        [_by_same_artist(catalogue, anchors, rng), _famous(catalogue, genre, rng)],
        rng.integers(0, len(catalogue.titles), n),
    )


def _time_heard(
    catalogue: SampleCatalogue,
    track: NDArray[np.int64],
    genres: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    likes = (catalogue.track_genre[track][:, None] == genres).any(axis=1)
    centre = np.where(likes, LIKED_TIME, STRANGE_TIME) + 0.3 * (catalogue.quality[track] - 0.5)
    return np.clip(rng.normal(centre, TIME_DEVIATION), 0.0, 1.0)


def _famous(catalogue: SampleCatalogue, genre: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a track of each genre, drawn by fame."""
    order = np.argsort(catalogue.track_genre, kind="stable")
    edges = np.concatenate([[0.0], np.cumsum(catalogue.fame[order])])
    ends = np.searchsorted(catalogue.track_genre[order], np.arange(GENRES + 1))
    low, high = edges[ends[genre]], edges[ends[genre + 1]]
    # A genre without tracks, in a tiny catalogue, answers with its neighbour's.
    found = np.searchsorted(edges, low + rng.random(len(genre)) * (high - low), side="right") - 1
    drawn: NDArray[np.int64] = order[found.clip(0, len(order) - 1)]
    return drawn


def _by_same_artist(
    catalogue: SampleCatalogue, tracks: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    order = np.argsort(catalogue.track_artist, kind="stable")
    ends = np.searchsorted(catalogue.track_artist[order], np.arange(len(catalogue.artist_names) + 1))
    artist = catalogue.track_artist[tracks]
    return order[ends[artist] + (rng.random(len(tracks)) * (ends[artist + 1] - ends[artist])).astype(np.int64)]


def _timestamps(user: NDArray[np.int64], times: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return when each playback ended: a user's sessions lie in slots of their own, hours apart."""
    counts = np.bincount(user)[user]
    number = np.arange(len(user)) - np.searchsorted(user, user)
    slot_ms = DAYS * DAY_MS / counts
    start = START_MS + (number + 0.5 * rng.random(len(user))) * slot_ms
    # One second between two tracks, for a skip is not instantaneous.
    return (start[:, None] + np.cumsum(times * TRACK_S * 1000 + 1000, axis=1)).astype(np.int64)
