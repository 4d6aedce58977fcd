"""Users who like the same tracks and artists, or are alike in what they dislike."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.packed import in_order, mask, places
from preprocessing.pairs import best_partners
from preprocessing.partners import Choice, Partners, Rows
from preprocessing.windows import Members

# Inverse document frequencies are rounded to thousandths, so that their sums are exact.
_IDF_UNITS = 1000
# A user's first artists tell most of them; the many that were liked a little would double the work.
_ARTISTS_OF_USER = 5


def similar_users(liked: pl.DataFrame, favourite_artists: pl.DataFrame, n_users: int, k: int, max_lag: int) -> Partners:
    """Return each user's k nearest users by cosine over the tracks and artists that they like.

    A user's first artists count beside the tracks. A like weighs log(1 + users / users who share it). What
    everybody likes says little and would cost the square of everybody, so the users of one like stand in the
    order of their first favourite artist, and each is compared with the next ``max_lag``: those of a like
    taste come first, and memory is bounded.

    Args:
        liked: ``user_idx`` and ``track_idx``; dislikes are taken off already.
        favourite_artists: ``user_idx`` and ``artist_idx``, a user's best first.
        n_users: Number of users.
        k: Similar users kept.
        max_lag: Users of one like that each is compared with.
    """
    return nearest_users(likes(liked, favourite_artists), favourite_artists, n_users, k, max_lag)


def likes(liked: pl.DataFrame, favourite_artists: pl.DataFrame) -> pl.DataFrame:
    """Return ``user_idx`` and ``item``: the tracks that a user likes, and their first artists, -1, -2, ..."""
    first = pl.Series(places(favourite_artists["user_idx"].to_numpy()) < _ARTISTS_OF_USER)
    artists = favourite_artists.filter(first).select("user_idx", item=-1 - pl.col("artist_idx"))
    return pl.concat([liked.select("user_idx", item="track_idx"), artists])


def nearest_users(items: pl.DataFrame, favourite_artists: pl.DataFrame, n_users: int, k: int, max_lag: int) -> Partners:
    """Return each user's k nearest users by cosine over one kind of items, weighted and compared as above.

    Args:
        items: Two columns, a user's row and what users are compared by, e.g. a track.
        favourite_artists: ``user_idx`` and ``artist_idx``, a user's best first.
        n_users: Number of users.
        k: Nearest users kept.
        max_lag: Users of one item that each is compared with.
    """
    first_artist = first_artists(favourite_artists, n_users)
    users, item = (column.to_numpy() for column in items.get_columns())
    members = likers(users, item - item.min(initial=0), first_artist, n_users)
    return best_partners(members, n_users, max_lag, Choice(k, shrinkage=0.0))


def first_artists(favourite_artists: pl.DataFrame, n: int) -> NDArray[np.int32]:
    """Return the artist that each of n users likes best; -1: none."""
    users, artists = (column.to_numpy() for column in favourite_artists.get_columns())
    first = places(users) == 0
    first_artist = np.full(n, -1, dtype=np.int32)
    first_artist[users[first]] = artists[first]
    return first_artist


def likers(users: Rows, items: Rows, first_artist: NDArray[np.int32], n_users: int) -> Members:
    """Return the users of each item, in the order of their first artist.

    Args:
        users: Of each like.
        items: Of each like, 0 or more.
        first_artist: Of each user.
        n_users: Users there are; it may be more than ``first_artist`` holds.
    """
    by_taste = np.argsort(first_artist, kind="stable")  # the users in the order that they stand in
    place = np.empty(len(first_artist), dtype=np.uint64)
    place[by_taste] = np.arange(len(first_artist), dtype=np.uint64)
    weight_of = np.rint(np.log1p(n_users / np.maximum(np.bincount(items), 1)) * _IDF_UNITS).astype(np.int64)
    # An item and a user's place in one number: it sorts several times as fast as columns do.
    ordered = items.astype(np.uint64) << np.uint64(32)
    ordered |= place[users]
    ordered = in_order(ordered)
    # What is counted in 32 bits is kept in 32 bits: of a large log there are many likes.
    cells = (ordered >> np.uint64(32)).astype(np.int32)
    rows = by_taste.astype(np.int32)[(ordered & mask(32)).view(np.int64)]
    return Members(cells, rows, weight_of.astype(np.int32)[cells])
