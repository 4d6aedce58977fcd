"""Users who like the same tracks and artists, or are alike in what they dislike."""

from __future__ import annotations

import numpy as np
import polars as pl

from preprocessing.pairs import Choice, Partners, best_partners

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
    # Artists stand behind the tracks: -1, -2, ...
    artists = (
        favourite_artists.group_by("user_idx", maintain_order=True)
        .head(_ARTISTS_OF_USER)
        .select("user_idx", item=-1 - pl.col("artist_idx").cast(pl.Int64))
    )
    tracks = liked.select("user_idx", item=pl.col("track_idx").cast(pl.Int64))
    return nearest_users(pl.concat([tracks, artists]), favourite_artists, n_users, k, max_lag)


def nearest_users(items: pl.DataFrame, favourite_artists: pl.DataFrame, n_users: int, k: int, max_lag: int) -> Partners:
    """Return each user's k nearest users by cosine over one kind of items, weighted and compared as above.

    Args:
        items: Two columns, a user's row and what users are compared by, e.g. a track.
        favourite_artists: ``user_idx`` and ``artist_idx``, a user's best first.
        n_users: Number of users.
        k: Nearest users kept.
        max_lag: Users of one item that each is compared with.
    """
    first = favourite_artists.unique("user_idx", keep="first", maintain_order=True)
    first_artist = np.full(n_users, -1, dtype=np.int32)
    first_artist[first["user_idx"].to_numpy()] = first["artist_idx"].to_numpy()
    by_taste = np.argsort(first_artist, kind="stable")  # the users in the order that they stand in
    place = np.empty(n_users, dtype=np.uint64)
    place[by_taste] = np.arange(n_users, dtype=np.uint64)
    users, item = (column.to_numpy() for column in items.get_columns())
    item = item - item.min(initial=0)
    weight_of = np.rint(np.log1p(n_users / np.maximum(np.bincount(item), 1)) * _IDF_UNITS).astype(np.int64)
    # An item and a user's place in one number: it sorts several times as fast as columns do.
    likes = pl.Series((item.astype(np.uint64) << np.uint64(32)) | place[users]).sort().to_numpy()
    cells = (likes >> np.uint64(32)).view(np.int64)
    rows = by_taste[(likes & np.uint64(2**32 - 1)).view(np.int64)]
    return best_partners(cells, rows, weight_of[cells], n_users, max_lag, Choice(k, shrinkage=0.0))
