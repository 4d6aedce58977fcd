"""Artifacts of any size without a log: random rows in every array of the layout, lists as long as listening makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from preprocessing.artifacts import Counts, Draft, IntegerIds, Ragged, Texts, publish
from preprocessing.artifacts.layout import LAYOUT, Entry
from preprocessing.artifacts.write import Column

# What 100 playbacks of a user, 10 sessions, leave in their profile: 25 tracks heard to the end, 8 skipped, ...
MEAN_LENGTH = {"user_first_tracks": 9, "user_favourites": 25, "user_disliked": 8, "user_favourite_artists": 20}
# The lengths that the default parameters give.
COLUMNS = {"track_neighbours": 20, "track_neighbour_scores": 20, "similar_users": 20, "similar_user_scores": 20}
LONGEST_LIST, KIN, FANS, TRACKS_OF_ARTIST, GROUPS = 100, 5, 10, 4, 64


def generate(folder: Path, n_tracks: int, n_users: int, seed: int) -> None:
    """Publish artifacts of so many tracks and users; the same arguments give the same arrays."""
    rng = np.random.default_rng(seed)
    sizes = {"tracks": n_tracks, "users": n_users, "artists": max(n_tracks // TRACKS_OF_ARTIST, 1), "groups": GROUPS}
    columns = {name: _column(name, entry, sizes, rng) for name, entry in LAYOUT.items()}
    artist_of = np.sort(rng.integers(0, sizes["artists"], n_tracks)).astype(np.int32)
    ends = np.searchsorted(artist_of, np.arange(sizes["artists"] + 1)).astype(np.int64)
    columns["track_artist"] = artist_of
    columns["artist_tracks"] = Ragged(ends, np.arange(n_tracks, dtype=np.int32))
    columns["popular_tracks"] = rng.permutation(n_tracks).astype(np.int32)
    counts = Counts(
        tracks=n_tracks,
        artists=sizes["artists"],
        users=n_users,
        groups=GROUPS,
        events=100 * n_users,
        sessions=10 * n_users,
    )
    publish(folder, Draft(columns, f"{seed:064x}", counts, {}, {}))


def _column(name: str, entry: Entry, sizes: dict[str, int], rng: np.random.Generator) -> Column:
    n = sizes[entry.rows]
    if entry.kind == "ids":
        return IntegerIds(np.arange(n))
    if entry.kind == "texts":
        offsets = 16 * np.arange(n + 1)
        return Texts(offsets, rng.integers(ord("a"), ord("z") + 1, 16 * n, dtype=np.uint8))
    if entry.kind == "ragged":
        mean = MEAN_LENGTH.get(name, FANS if entry.rows == "artists" else LONGEST_LIST)
        offsets = np.concatenate([[0], np.cumsum(rng.poisson(mean, n))])
        return Ragged(offsets, _values(entry, int(offsets[-1]), sizes, rng))
    shape = n if entry.columns is None else (n, entry.columns or COLUMNS.get(name, KIN))
    values = _values(entry, int(np.prod(shape)), sizes, rng)
    return values.reshape(shape)


def _values(entry: Entry, length: int, sizes: dict[str, int], rng: np.random.Generator) -> np.ndarray:
    if entry.into is not None:
        return rng.integers(0, sizes[entry.into], length, dtype=np.int32)
    if np.dtype(entry.dtype).kind == "f":
        return rng.random(length, dtype=np.float32)
    return rng.integers(0, 1000, length).astype(entry.dtype)
