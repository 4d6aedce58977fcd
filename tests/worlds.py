"""Tiny worlds made by hand: three artists of eight tracks each, four users, in integer or in string ids."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from preprocessing.artifacts import Counts, Draft, IntegerIds, Ragged, TasteNumbers, TextIds, Texts, publish

PER_ARTIST = 8
ARTISTS = ("Alpha", 'Béta & the "Bs"', "Γάμμα")
N_TRACKS = PER_ARTIST * len(ARTISTS)
INTEGER_TRACKS = tuple(range(100, 100 + 5 * N_TRACKS, 5))  # with gaps, so that a row is not an id
INTEGER_USERS = (1, 2, 7, 8222)
STRING_TRACKS = tuple(
    sorted(
        [f"spotify:track:{i:02d}" for i in range(N_TRACKS - 5)]
        + ["a b", 'it\'s "q"', "é\U0001f3b5", "100%?&=#", "a/b.mp3"]
    )
)
STRING_USERS = tuple(sorted(["ann", "bob b", "čeněk", "d\"ä'"]))

# Profiles in rows. The last user dislikes the whole first artist; the third has no history at all.
FAVOURITES = ((8, 9, 10), (9, 16), (), (17,))
DISLIKED = ((1, 2), (3,), (), tuple(range(PER_ARTIST)))


@dataclass(frozen=True)
class World:
    """A published version, with the external ids of its rows."""

    folder: Path
    tracks: tuple[int | str, ...]
    users: tuple[int | str, ...]

    def artist_of(self, track: int | str) -> int:
        """Return the artist's row."""
        return self.tracks.index(track) // PER_ARTIST

    def disliked(self, user: int | str) -> set[int | str]:
        """Return the tracks that a user dislikes."""
        return {self.tracks[row] for row in DISLIKED[self.users.index(user)]}


def integer_world(root: Path) -> World:
    """Publish the world with integer ids below a folder."""
    return _published(root, INTEGER_TRACKS, INTEGER_USERS)


def string_world(root: Path) -> World:
    """Publish the world with string ids below a folder."""
    return _published(root, STRING_TRACKS, STRING_USERS)


def _published(root: Path, tracks: tuple[int | str, ...], users: tuple[int | str, ...]) -> World:
    rows = range(N_TRACKS)
    # Of every track: the same place at the other artists, then the next one of its own artist.
    neighbours = [[(row + PER_ARTIST) % N_TRACKS, (row + 2 * PER_ARTIST) % N_TRACKS, row ^ 1, -1] for row in rows]
    columns = {
        "track_ids": _ids(tracks),
        "track_titles": Texts.of([f"Sõng {row}" for row in rows]),
        "artist_names": Texts.of(ARTISTS),
        "track_artist": np.array([row // PER_ARTIST for row in rows], dtype=np.int32),
        "artist_tracks": Ragged.of(range(a * PER_ARTIST, (a + 1) * PER_ARTIST) for a in range(len(ARTISTS))),
        "popular_tracks": np.array(list(reversed(rows)), dtype=np.int32),
        "track_plays": np.array(list(rows), dtype=np.int64),
        "track_appeal": np.linspace(0, 1, N_TRACKS, dtype=np.float32),
        "track_neighbours": np.array(neighbours, dtype=np.int32),
        "track_neighbour_scores": np.array([[0.9, 0.8, 0.7, 0.0]] * N_TRACKS, dtype=np.float32),
        "user_ids": _ids(users),
        "user_first_tracks": Ragged.of([[0], [8, 0], [], [16]]),
        "user_favourites": Ragged.of(FAVOURITES),
        "user_disliked": Ragged.of(DISLIKED),
        "user_favourite_artists": Ragged.of([[1], [1, 2], [], [2]]),
        "similar_users": np.array([[1, -1], [0, 3], [-1, -1], [1, -1]], dtype=np.int32),
        "similar_user_scores": np.array([[0.5, 0], [0.5, 0.4], [0, 0], [0.4, 0]], dtype=np.float32),
        "user_indexed": Ragged.of([[9, 8, 16], [16, 17], [], [20, 21]]),
        "artist_factors": np.array([[1, 0], [0.5, 0.5], [0, 1]], dtype=np.float32),
        "user_group": np.array([0, 0, -1, 1], dtype=np.int32),
        "group_tracks": Ragged.of([[9, 10], [17]]),
        "group_neighbours": np.array(neighbours, dtype=np.int32),
        "kin_by_liked_tracks": np.array([[1], [0], [-1], [1]], dtype=np.int32),
        "kin_by_disliked_tracks": np.array([[3], [-1], [-1], [0]], dtype=np.int32),
        "kin_by_liked_artists": np.array([[1], [0], [-1], [1]], dtype=np.int32),
        "kin_by_disliked_artists": np.array([[3], [-1], [-1], [0]], dtype=np.int32),
        "artist_fans": Ragged.of([[], [0, 1], [1, 3]]),
        "artist_vectors": np.array([[0.8, 0], [0.6, 0.4], [0, 0.8]], dtype=np.float32),
        "artist_effect": np.full(len(ARTISTS), -1, dtype=np.float32),
        "artist_kin": np.array([[1, 2], [0, 2], [1, 0]], dtype=np.int32),
        "user_demand": np.zeros(len(users), dtype=np.float32),
        "user_sharpness": np.ones(len(users), dtype=np.float32),
    }
    counts = Counts(tracks=N_TRACKS, artists=len(ARTISTS), users=len(users), groups=2, events=40, sessions=10)
    taste = TasteNumbers(similarity=4, same_artist=3, fatigue=[1.0, 0.8], log_loss=0.3, mean_log_loss=0.6)
    folder = publish(root, Draft(columns, "0" * 64, counts, {}, {"favourite_threshold": 0.8}, taste=taste))
    return World(folder, tracks, users)


def _ids(ids: tuple[int | str, ...]) -> IntegerIds | TextIds:
    if isinstance(ids[0], int):
        return IntegerIds(np.array(ids, dtype=np.int64))
    return TextIds(Texts.of([str(text) for text in ids]))
