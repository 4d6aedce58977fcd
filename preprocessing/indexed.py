"""Each user's own list: tracks that they should like, best first, none that they are known to dislike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.artifacts import Ragged
from preprocessing.partners import Rows

# How much of each source a list draws on, as (entries, tracks of each). A list of a hundred tracks is full
# long before; the bounds keep the work of a million users in memory.
ARTISTS, TRACKS_OF_ARTIST = 5, 10
FAVOURITES, NEIGHBOURS_OF_FAVOURITE = 10, 5
USERS, FAVOURITES_OF_USER = 5, 10

_USERS_AT_ONCE = 1024


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
        own = heads(favourites, length, users)
        candidates = np.concatenate(
            [
                own,
                _flat(self._of_artist[heads(favourite_artists, ARTISTS, users)]),
                _flat(self._neighbours[own[:, :FAVOURITES]]),
                _flat(from_similar),
            ],
            axis=1,
        )
        ends = disliked.offsets[users[0] : users[-1] + 2]
        dislikes = _keys(np.repeat(users, np.diff(ends)), disliked.values[ends[0] : ends[-1]])
        kept = _first_of_each(candidates, users, dislikes, length)
        counts = np.bincount(kept["user"].to_numpy() - users[0], minlength=len(users))
        return Ragged(np.concatenate([[0], np.cumsum(counts)]), kept["track"].to_numpy())


def _first_of_each(candidates: NDArray[np.int32], users: Rows, dislikes: pl.Series, length: int) -> pl.DataFrame:
    row, place = np.nonzero(candidates >= 0)
    track = candidates[row, place]
    return (
        pl.DataFrame({"user": users[row], "track": track, "key": _keys(users[row], track)})
        .lazy()
        .filter(~pl.col("key").is_in(dislikes.implode()) & pl.col("key").is_first_distinct())
        .filter(pl.int_range(pl.len()).over("user") < length)
        .select("user", "track")
        .collect()
    )


def _keys(users: Rows, tracks: NDArray[np.int32]) -> pl.Series:
    return pl.Series((users.astype(np.uint64) << np.uint64(32)) | tracks.astype(np.uint64), dtype=pl.UInt64)


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
