"""How widely a chain recommends: of many tracks or of few, known or never played."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.running.tally import Tally


@dataclass(frozen=True, slots=True)
class Spread:
    """Of all that one group was recommended. Gini coefficients: 0 is evenly, 1 is always the same."""

    coverage: float  # share of the catalogue's tracks that were recommended at least once
    track_gini: float  # of the recommendations of each track
    artist_gini: float  # of the recommendations of each artist
    artists: float  # different artists in a session, mean over sessions
    unplayed: float  # share of the recommendations whose track has no playback in the log


def spread_of(tally: Tally, group: str, track_artist: NDArray[np.integer], track_plays: NDArray[np.integer]) -> Spread:
    """Return the spread of a group's recommendations.

    Args:
        tally: Of a run.
        group: One of the tally's.
        track_artist: Artist row of each track, shape (n_tracks,).
        track_plays: Playbacks of each track in the log that the chain learned from, shape (n_tracks,).
    """
    counts = tally.recommended[group]
    mine = np.array(tally.groups) == group
    return Spread(
        coverage=float((counts > 0).mean()),
        track_gini=gini(counts),
        artist_gini=gini(np.bincount(track_artist, weights=counts)),
        artists=float(tally.artists[mine].mean()) if mine.any() else 0.0,
        unplayed=float(counts[track_plays == 0].sum() / max(counts.sum(), 1)),
    )


def gini(values: NDArray[np.generic]) -> float:
    """Return the Gini coefficient of non-negative values: 0 when all are equal, 1 - 1/n when one has everything.

    It is 0 where all values are 0.

    Source: Fleder and Hosanagar (2009), who measure by it how concentrated a recommender makes sales.
    """
    ascending = np.sort(values.astype(np.float64))
    n, total = len(ascending), float(ascending.sum())
    if total == 0:
        return 0.0
    ranks = np.arange(1, n + 1)
    return float(2 * (ranks * ascending).sum() / (n * total) - (n + 1) / n)
