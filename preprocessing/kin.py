"""Users who are alike in one way: in the tracks or artists that they like, or that they dislike."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.similar_users import nearest_users

logger = logging.getLogger(__name__)


def ways_of(
    liked: pl.DataFrame, disliked: pl.DataFrame, artists: pl.DataFrame, disliked_artists: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Return what users are compared by, for each way of being alike: a user's row and a track or artist.

    Args:
        liked: Tracks that a user likes and does not dislike.
        disliked: Tracks.
        artists: That a user likes.
        disliked_artists: That a user dislikes.
    """
    return {
        "liked_tracks": liked,
        "disliked_tracks": disliked,
        "liked_artists": artists,
        "disliked_artists": disliked_artists,
    }


def users_alike(
    ways: Mapping[str, pl.DataFrame], favourite_artists: pl.DataFrame, n_users: int, k: int, max_lag: int
) -> dict[str, NDArray[np.int32]]:
    """Return ``kin_by_<way>`` for each way of being alike: the k nearest users of each, (n_users, k), -1 pads.

    Args:
        ways: By name, two columns: a user's row and a track or artist.
        favourite_artists: ``user_idx`` and ``artist_idx``, a user's best first.
        n_users: Number of users.
        k: Nearest users kept.
        max_lag: Users of one track or artist that each is compared with.
    """
    alike = {}
    for way, items in ways.items():
        alike[f"kin_by_{way}"] = nearest_users(items, favourite_artists, n_users, k, max_lag).indices
        if not (alike[f"kin_by_{way}"] >= 0).any():
            logger.warning("no two users of the log share %s: nobody is alike in that way", way.replace("_", " "))
    return alike
