"""A catalogue and profiles small enough to check by hand.

Tracks 0 to 11 are by four artists: 0-3 by Ada, 4-7 by Bo, 8-10 by Cleo, 11 by Dee. Popularity falls with the row.
User 1 likes 4 and 8 and dislikes 2; user 2 likes 5 and 9 and is like user 1; user 3 dislikes everything but 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np

from preprocessing.artifacts import (
    Artifacts,
    Counts,
    Draft,
    IntegerIds,
    Ragged,
    TasteNumbers,
    TextIds,
    Texts,
    load,
    publish,
)
from preprocessing.artifacts.write import Column
from strategies.base import Query
from strategies.hydrate import hydrate
from strategies.session import Session

ARTISTS = ["Ada", "Bo", "Cleo", "Dee"]
TRACK_ARTIST = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3]
NEIGHBOURS = {0: [4, 8, 1], 1: [5], 4: [0, 9], 8: [4]}
USERS = [1, 2, 3]
FAVOURITES = [[4, 8], [5, 9], []]
DISLIKED = [[2], [], list(range(11))]
# Ada and Bo go together, Bo and Cleo a little; nobody knows anything of Dee.
ARTIST_VECTORS = [[0.8, 0.0], [0.6, 0.4], [0.0, 0.8], [0.0, 0.0]]
ARTIST_KIN = [[1, 2], [0, 2], [1, 0], [-1, -1]]
# Who hears Ada hears Bo; who hears Cleo hears nobody else.
ARTIST_FACTORS = [[1.0, 0.0], [0.5, 0.0], [0.0, 1.0], [0.0, 0.0]]
TASTE = TasteNumbers(similarity=4, same_artist=3, fatigue=[1.0, 0.5, 0.25], log_loss=0.3, mean_log_loss=0.6)
SIMILAR = [[1, -1], [0, -1], [-1, -1]]


def columns(*, text_ids: bool = False) -> dict[str, Column]:
    """Return every artifact of the tiny world; with text ids, track 3 is called "t03" and user 1 "u1"."""
    n = len(TRACK_ARTIST)
    neighbours = np.full((n, 3), -1, dtype=np.int32)
    for track, together in NEIGHBOURS.items():
        neighbours[track, : len(together)] = together
    of_artist = [[track for track in range(n) if TRACK_ARTIST[track] == artist] for artist in range(len(ARTISTS))]
    track_ids = [f"t{track:02}" for track in range(n)]
    return {
        "track_ids": TextIds(Texts.of(track_ids)) if text_ids else IntegerIds(np.arange(n)),
        "track_titles": Texts.of([f"Song {track}" for track in range(n)]),
        "artist_names": Texts.of(ARTISTS),
        "track_artist": np.array(TRACK_ARTIST, dtype=np.int32),
        "artist_tracks": Ragged.of(of_artist),
        "popular_tracks": np.arange(n, dtype=np.int32),
        "track_plays": np.arange(n, 0, -1, dtype=np.int64),
        "track_appeal": np.linspace(0.9, 0.1, n, dtype=np.float32),
        "track_neighbours": neighbours,
        "track_neighbour_scores": (neighbours >= 0).astype(np.float32),
        "user_ids": TextIds(Texts.of([f"u{user}" for user in USERS])) if text_ids else IntegerIds(np.array(USERS)),
        "user_first_tracks": Ragged.of([[0], [4], []]),
        "user_favourites": Ragged.of(FAVOURITES),
        "user_disliked": Ragged.of(DISLIKED),
        "user_favourite_artists": Ragged.of([[1, 2], [1], []]),
        "similar_users": np.array(SIMILAR, dtype=np.int32),
        "similar_user_scores": np.array([[0.5, 0], [0.5, 0], [0, 0]], dtype=np.float32),
        "user_indexed": Ragged.of([[4, 8, 0], [5, 9], []]),
        "artist_factors": np.array(ARTIST_FACTORS, dtype=np.float32),
        "user_group": np.array([0, 1, -1], dtype=np.int32),
        "group_tracks": Ragged.of([[8, 5, 4], [9]]),
        "group_neighbours": np.array([[5, 10]] + [[-1, -1]] * 5 + [[9, 7]] + [[-1, -1]] * 5, dtype=np.int32),
        "kin_by_liked_tracks": np.array(SIMILAR, dtype=np.int32),
        "kin_by_disliked_tracks": np.full((3, 2), -1, dtype=np.int32),
        "kin_by_liked_artists": np.array(SIMILAR, dtype=np.int32),
        "kin_by_disliked_artists": np.array([[2, -1], [-1, -1], [0, -1]], dtype=np.int32),
        "artist_fans": Ragged.of([[], [0, 1], [0], [2]]),
        "artist_vectors": np.array(ARTIST_VECTORS, dtype=np.float32),
        "artist_effect": np.full(len(ARTISTS), -1, dtype=np.float32),
        "artist_kin": np.array(ARTIST_KIN, dtype=np.int32),
        "user_demand": np.array([0, 0, 2], dtype=np.float32),
        "user_sharpness": np.array([1, 2, 1], dtype=np.float32),
    }


def draft(contents: dict[str, Column]) -> Draft:
    """Return a draft of some columns, as preprocessing would hand it over."""
    counts = Counts(
        tracks=len(contents["track_ids"]),
        artists=len(contents["artist_names"]),
        users=len(contents["user_ids"]),
        groups=len(contents["group_tracks"]),
        events=100,
        sessions=10,
    )
    return Draft(contents, "0" * 64, counts, dropped={"not_json": 0}, parameters={"favourite": 0.8}, taste=TASTE)


def tiny_artifacts(folder: Path, *, text_ids: bool = False) -> Artifacts:
    """Publish the tiny world in a folder and return it as serving loads it."""
    return load(publish(folder, draft(columns(text_ids=text_ids))))


def query(
    artifacts: Artifacts,
    heard: Sequence[tuple[int, float]],
    *,
    user: int = 99,
    wanted: int = 1,
    penalised: bool = False,
    session: str = "s",
) -> Query:
    """Return the query after some playbacks, (track, fraction) oldest first."""
    tracks, times = [track for track, _ in heard], [time for _, time in heard]
    live = Session(session, 0, tracks[0], tracks, times, len(heard) - 1, 0, penalised)
    return hydrate(live, user, artifacts, skip_threshold=0.2, seed=1, wanted=wanted)


def random_columns(rng: Random) -> dict[str, Column]:
    """Return a random world: 1 to 40 tracks, any artists, neighbours, profiles and popularity."""
    n, n_users = rng.randint(1, 40), rng.randint(1, 5)
    artist_of = [rng.randrange(n) for _ in range(n)]
    names = sorted(set(artist_of))
    artist_rows = [names.index(artist) for artist in artist_of]

    def some(of: int) -> list[int]:
        return rng.sample(range(of), rng.randint(0, of))

    neighbours = np.full((n, 5), -1, dtype=np.int32)
    for track in range(n):
        together = [other for other in some(n) if other != track][:5]
        neighbours[track, : len(together)] = together
    similar = np.full((n_users, 2), -1, dtype=np.int32)
    for user in range(n_users):
        others = [other for other in some(n_users) if other != user][:2]
        similar[user, : len(others)] = others
    return {
        "track_ids": IntegerIds(np.cumsum([rng.randint(1, 3) for _ in range(n)])),
        "track_titles": Texts.of([f"Song {track}" for track in range(n)]),
        "artist_names": Texts.of([f"Artist {name}" for name in names]),
        "track_artist": np.array(artist_rows, dtype=np.int32),
        "artist_tracks": Ragged.of([[t for t in range(n) if artist_rows[t] == a] for a in range(len(names))]),
        "popular_tracks": np.array(rng.sample(range(n), n), dtype=np.int32),
        "track_plays": np.ones(n, dtype=np.int64),
        "track_appeal": np.full(n, 0.5, dtype=np.float32),
        "track_neighbours": neighbours,
        "track_neighbour_scores": (neighbours >= 0).astype(np.float32),
        "user_ids": IntegerIds(np.arange(n_users)),
        "user_first_tracks": Ragged.of([some(n) for _ in range(n_users)]),
        "user_favourites": Ragged.of([some(n) for _ in range(n_users)]),
        "user_disliked": Ragged.of([some(n) for _ in range(n_users)]),
        "user_favourite_artists": Ragged.of([[] for _ in range(n_users)]),
        "similar_users": similar,
        "similar_user_scores": (similar >= 0).astype(np.float32),
        "user_indexed": Ragged.of([some(n) for _ in range(n_users)]),
        "artist_factors": np.array([[rng.gauss(0, 1) for _ in range(2)] for _ in names], dtype=np.float32),
        "user_group": np.array([rng.randint(-1, 1) for _ in range(n_users)], dtype=np.int32),
        "group_tracks": Ragged.of([some(n), some(n)]),
        "group_neighbours": neighbours,
        "kin_by_liked_tracks": similar,
        "kin_by_disliked_tracks": similar,
        "kin_by_liked_artists": similar,
        "kin_by_disliked_artists": similar,
        "artist_fans": Ragged.of([some(n_users) for _ in names]),
        "artist_vectors": np.array([[rng.gauss(0, 0.5) for _ in range(3)] for _ in names], dtype=np.float32),
        "artist_effect": np.array([rng.gauss(-1, 1) for _ in names], dtype=np.float32),
        "artist_kin": np.array([[rng.randrange(-1, len(names)) for _ in range(4)] for _ in names], dtype=np.int32),
        "user_demand": np.array([rng.gauss(0, 1) for _ in range(n_users)], dtype=np.float32),
        "user_sharpness": np.array([rng.uniform(0.5, 2) for _ in range(n_users)], dtype=np.float32),
    }
