"""Users who like the same tracks and artists, or are alike in what they dislike."""

from __future__ import annotations

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
    first_artist = favourite_artists.unique("user_idx", keep="first", maintain_order=True).rename(
        {"artist_idx": "first_artist"}
    )
    sharers = pl.len().over("item")
    likes = (
        items.lazy()
        .select(user_idx=pl.first(), item=pl.last())
        .with_columns(weight=((n_users / sharers).log1p() * _IDF_UNITS).round().cast(pl.Int64))
        .join(first_artist.lazy(), on="user_idx", how="left")
        .sort("item", "first_artist", "user_idx")
        .select("item", "user_idx", "weight")
        .collect()
    )
    cells, users, weights = (likes[name].to_numpy() for name in ("item", "user_idx", "weight"))
    return best_partners(cells, users, weights, n_users, max_lag, Choice(k, shrinkage=0.0))
