"""The users that the taste model is learned from, where a log is too large to learn from all; and the others."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.portions import portions
from preprocessing.taste.effects import Effects, fit_users
from preprocessing.taste.playbacks import Floats, in_parts
from preprocessing.taste.vectors import Vectors, inner_products


def learners(events: pl.DataFrame, n_users: int, most: int) -> NDArray[np.bool_]:
    """Return which users of events sorted by user are learned from, chosen by chance, shape (n_users,).

    They have ``most`` events in all at most; everybody is learned from where that is enough. A user is learned from
    whole: what ties artists are several sessions of one user.
    """
    counts = np.diff(np.searchsorted(events["user_idx"].to_numpy(), np.arange(n_users + 1, dtype=np.int32)))
    order = np.random.default_rng(0).permutation(n_users)
    chosen = np.zeros(n_users, dtype=np.bool_)
    chosen[order[np.cumsum(counts[order]) <= most]] = True
    return chosen


def fit_others(
    effects: Effects,
    events: pl.DataFrame,
    learned_from: NDArray[np.bool_],
    track_artist: NDArray[np.int32],
    vectors: Vectors,
    left: Floats,
) -> None:
    """Fit what belongs to users who were not learned from, portion by portion.

    Args:
        effects: Learned from the others; the numbers of these users are written there.
        events: Of all users, sorted by user.
        learned_from: Of each user, whether it is one of the others.
        track_artist: Artist row of each track.
        vectors: Of artists; they never saw these users.
        left: What fatigue leaves, by times heard.
    """
    is_new = ~pl.lit(pl.Series(learned_from)).gather("user_idx")
    for portion in portions(events, "user_idx"):
        _, playbacks = in_parts(portion.filter(is_new), track_artist)
        if len(playbacks):
            fit_users(effects, playbacks, inner_products(vectors, playbacks.first_artist, playbacks.artist), left)
