"""What fraction of a track should be heard, by what the log has taught and what the session has shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from preprocessing.artifacts.types import Artifacts

LIKED, DISLIKED = 0.9, 0.1  # what a favourite and a disliked track stand for: the middles of their thresholds' ranges
USER_PRIOR = 20.0  # tracks of a profile that one's deviation is shrunk by: a profile tells the extremes only
SESSION_PRIOR = 3.0  # tracks of a session that its deviation is shrunk by, toward the user's
LEAST, MOST = 0.01, 0.99  # nothing is certain, and the logarithm of 0 is no number


def expected_fractions(
    artifacts: Artifacts,
    user: int | None,
    tracks: Sequence[int],
    times: Sequence[float],
    candidates: Sequence[int],
) -> NDArray[np.float64]:
    """Return the expected listened fraction of each candidate, heard next.

    A track's shrunk appeal, plus how much more this listener hears than appeal says: in this session, shrunk
    toward their profile, which is shrunk toward nothing.

    Args:
        artifacts: Appeal and profiles.
        user: Row of the user; None: not known.
        tracks: Rows heard in this session, oldest first.
        times: Fractions listened, beside ``tracks``.
        candidates: Rows.

    Returns:
        Fractions from 0.01 to 0.99, shape (len(candidates),).
    """
    appeal = artifacts.track_appeal
    usual = 0.0 if user is None else _surplus_of(artifacts, user)
    surplus = sum(times) - float(appeal[list(tracks)].sum())
    more = (SESSION_PRIOR * usual + surplus) / (SESSION_PRIOR + len(tracks))
    expected = appeal[list(candidates)].astype(np.float64) + more
    # What is no number expects nothing: such artifacts foresee badly, and a gate can say so.
    answer: NDArray[np.float64] = np.clip(np.nan_to_num(expected, nan=LEAST), LEAST, MOST)
    return answer


def _surplus_of(artifacts: Artifacts, user: int) -> float:
    """Return by how much a user hears more of a track than its appeal says."""
    liked, disliked = artifacts.user_favourites.row(user), artifacts.user_disliked.row(user)
    heard = LIKED * len(liked) + DISLIKED * len(disliked)
    surplus = heard - float(artifacts.track_appeal[liked + disliked].sum())
    return surplus / (USER_PRIOR + len(liked) + len(disliked))
