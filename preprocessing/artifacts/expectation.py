"""What fraction of a track should be heard, by what the log has taught and what the session has shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from preprocessing.artifacts.types import Artifacts

LIKED, DISLIKED = 0.9, 0.1  # what a favourite and a disliked track stand for: the middles of their thresholds' ranges
USER_PRIOR = 20.0  # tracks of a profile that one's deviation is shrunk by: a profile tells the extremes only
SESSION_PRIOR = 6.0  # tracks of a session that its deviation is shrunk by; of 1, 3, 6 and 12 the log loss likes it best
LEAST, MOST = 0.01, 0.99  # nothing is certain, and the logarithm of 0 is no number

Floats = NDArray[np.float64]


def expected_fractions(
    artifacts: Artifacts,
    user: int | None,
    tracks: Sequence[int],
    times: Sequence[float],
    candidates: Sequence[int],
) -> Floats:
    """Return the expected listened fraction of each candidate, heard next.

    By the model of session taste where the artifacts hold one, else by the track's appeal and the user's profile;
    plus how much more than that this session has heard of its tracks, shrunk toward nothing. The first track
    counts for neither: the listener chose it.

    Args:
        artifacts: What was learned.
        user: Row of the user; None: not known.
        tracks: Rows heard in this session, oldest first.
        times: Fractions listened, beside ``tracks``.
        candidates: Rows.

    Returns:
        Fractions from 0.01 to 0.99, shape (len(candidates),).
    """
    foreseen = _by_taste if artifacts.manifest.taste is not None and len(tracks) > 0 else _by_profile
    expected = foreseen(artifacts, user, tracks, [*tracks[1:], *candidates])
    heard = max(len(tracks) - 1, 0)
    surplus = sum(times[1:]) - float(expected[:heard].sum())
    answer: Floats = expected[heard:] + surplus / (SESSION_PRIOR + heard)
    # What is no number expects nothing: such artifacts foresee badly, and a gate can say so.
    return np.clip(np.nan_to_num(answer, nan=LEAST), LEAST, MOST)


def _by_taste(artifacts: Artifacts, user: int | None, tracks: Sequence[int], rows: Sequence[int]) -> Floats:
    """Return what the taste model expects of rows: those heard after the first, then candidates.

    It is the fitted model alone, see ``preprocessing.taste.effects``, without what its strategy infers in the session.
    """
    numbers = artifacts.manifest.taste
    assert numbers is not None  # noqa: S101  # the caller has asked
    artists = artifacts.track_artist[list(rows)]
    first = int(artifacts.track_artist[tracks[0]])
    nearness = artifacts.artist_vectors[artists] @ artifacts.artist_vectors[first]
    inner = artifacts.artist_effect[artists].astype(np.float64)
    inner += np.where(artists == first, numbers.same_artist, numbers.similarity * nearness)
    demand, sharpness = 0.0, 1.0
    if user is not None:
        demand, sharpness = float(artifacts.user_demand[user]), float(artifacts.user_sharpness[user])
    times_heard, left = Counter([first]), []
    for place, artist in enumerate(artists.tolist()):
        left.append(numbers.left(times_heard[artist]))
        if place < len(tracks) - 1:
            times_heard[artist] += 1
    expected: Floats = np.array(left) / (1 + np.exp(-np.clip(sharpness * (inner - demand), -30, 30)))
    return expected


def _by_profile(artifacts: Artifacts, user: int | None, tracks: Sequence[int], rows: Sequence[int]) -> Floats:
    """Return the shrunk appeal of rows, plus by how much this user hears more of a track than its appeal says."""
    del tracks
    expected: Floats = artifacts.track_appeal[list(rows)].astype(np.float64)
    if user is None:
        return expected
    liked, disliked = artifacts.user_favourites.row(user), artifacts.user_disliked.row(user)
    heard = LIKED * len(liked) + DISLIKED * len(disliked)
    surplus = heard - float(artifacts.track_appeal[liked + disliked].sum())
    return expected + surplus / (USER_PRIOR + len(liked) + len(disliked))
