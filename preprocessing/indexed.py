"""Each user's own list: tracks that they should like, best first, none that they are known to dislike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from preprocessing.artifacts import Ragged
from preprocessing.partners import Rows

# How much of each source a list draws on, as (entries, tracks of each). A list of a hundred tracks is full
# long before; the bounds keep the work of a million users in memory.
ARTISTS, TRACKS_OF_ARTIST = 5, 10
FAVOURITES, NEIGHBOURS_OF_FAVOURITE = 10, 5
USERS, FAVOURITES_OF_USER = 5, 10

_USERS_AT_ONCE = 1024
# Who dislikes more tracks than this is looked at alone: one who skips a whole catalogue would make the table of all the
# users at once as wide as it. No smaller, as to look at one costs as much as ten users of the table.
_DISLIKED_IN_TABLE = 512


def user_lists(
    favourites: Ragged,
    disliked: Ragged,
    favourite_artists: Ragged,
    artist_tracks: Ragged,
    track_neighbours: NDArray[np.int32],
    similar_users: NDArray[np.int32],
    length: int,
) -> Ragged:
    """Return each user's list of at most ``length`` distinct tracks.

    In this order: the user's favourites; the most appealing tracks of their favourite artists; the neighbours
    of their favourites; the favourites of similar users.
    """
    n_users = len(favourites)
    candidates = Candidates(artist_tracks, track_neighbours)
    # One more row, empty, for -1 to point at.
    favourites_of_user = _with_empty(heads(favourites, FAVOURITES_OF_USER, np.arange(n_users)))
    lists = [
        candidates.lists(
            users, favourites, disliked, favourite_artists, favourites_of_user[similar_users[users, :USERS]], length
        )
        for users in users_at_once(n_users)
    ]
    return joined(lists)


def users_at_once(n_users: int) -> Iterator[Rows]:
    """Yield some consecutive users at a time."""
    for start in range(0, n_users, _USERS_AT_ONCE):
        yield np.arange(start, min(start + _USERS_AT_ONCE, n_users))


def joined(lists: Sequence[Ragged]) -> Ragged:
    """Return some lists of lists as one."""
    counts = [np.diff(part.offsets) for part in lists]
    offsets = np.cumsum(np.concatenate([np.zeros(1, dtype=np.int64), *counts]))
    return Ragged(offsets, np.concatenate([np.empty(0, dtype=np.int32), *(part.values for part in lists)]))


class Candidates:
    """What lists are made from beside the users' own."""

    def __init__(self, artist_tracks: Ragged, track_neighbours: NDArray[np.int32]) -> None:
        self._of_artist = _with_empty(heads(artist_tracks, TRACKS_OF_ARTIST, np.arange(len(artist_tracks))))
        self._neighbours = _with_empty(track_neighbours[:, :NEIGHBOURS_OF_FAVOURITE])

    def lists(
        self,
        users: Rows,
        favourites: Ragged,
        disliked: Ragged,
        favourite_artists: Ragged,
        from_similar: NDArray[np.int32],
        length: int,
    ) -> Ragged:
        """Return the lists of some consecutive users.

        Args:
            users: Their rows in the three profiles that follow.
            favourites: Of users.
            disliked: Of users.
            favourite_artists: Of users.
            from_similar: What similar users like, shape (len(users), ...), -1 pads.
            length: Tracks of a list at most.
        """
        own = heads(favourites, _width(favourites, users, length), users)
        candidates = np.concatenate(
            [
                own,
                _flat(self._of_artist[heads(favourite_artists, ARTISTS, users)]),
                _flat(self._neighbours[own[:, :FAVOURITES]]),
                _flat(from_similar),
            ],
            axis=1,
        )
        for place in np.flatnonzero(_lengths(disliked, users) > _DISLIKED_IN_TABLE):
            start, end = disliked.offsets[users[place]], disliked.offsets[users[place] + 1]
            candidates[place, np.isin(candidates[place], disliked.values[start:end])] = -1
        in_table = heads(disliked, _width(disliked, users, _DISLIKED_IN_TABLE), users)
        return _first_of_each(candidates, in_table, length)


def _first_of_each(candidates: NDArray[np.int32], disliked: NDArray[np.int32], length: int) -> Ragged:
    """Return the first ``length`` distinct candidates of each row that are not disliked; -1 pads both."""
    table = np.concatenate([disliked, candidates], axis=1)
    width, highest = table.shape[1], int(table.max(initial=0))
    # A track and a place in one number, of 32 bits where they fit: it sorts twice as fast.
    place_bits, track_bits = width.bit_length(), (highest + 1).bit_length()
    kind: Any = np.uint32 if place_bits + track_bits <= 32 else np.uint64
    pad = np.iinfo(kind).max
    keys = np.where(table < 0, pad, (table.astype(kind) << kind(place_bits)) | np.arange(width, dtype=kind))
    keys.sort(axis=1)
    track, place = keys >> kind(place_bits), keys & kind(2**place_bits - 1)
    out = (keys == pad) | (place < disliked.shape[1])
    out[:, 1:] |= track[:, 1:] == track[:, :-1]
    keys = np.where(out, pad, (place << kind(track_bits)) | track)
    keys.sort(axis=1)
    first = keys[:, :length]
    kept = first != pad
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(kept.sum(axis=1))])
    return Ragged(offsets, (first[kept] & kind(2**track_bits - 1)).astype(np.int32))


def _lengths(lists: Ragged, rows: Rows) -> NDArray[np.int64]:
    lengths: NDArray[np.int64] = lists.offsets[rows + 1] - lists.offsets[rows]
    return lengths


def _width(lists: Ragged, rows: Rows, most: int) -> int:
    """Return the length of the longest of some lists, at most ``most``."""
    return min(int(_lengths(lists, rows).max(initial=0)), most)


def heads(lists: Ragged, width: int, rows: Rows) -> NDArray[np.int32]:
    """Return the first ``width`` values of some lists, shape (len(rows), width), -1 padded."""
    places = lists.offsets[rows][:, None] + np.arange(width)
    held = places < lists.offsets[rows + 1][:, None]
    heads = np.full(places.shape, -1, dtype=np.int32)
    heads[held] = lists.values[places[held]]
    return heads


def _with_empty(table: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.concatenate([table, np.full((1, table.shape[1]), -1, dtype=np.int32)])


def _flat(tables: NDArray[np.int32]) -> NDArray[np.int32]:
    return tables.reshape(len(tables), -1)
