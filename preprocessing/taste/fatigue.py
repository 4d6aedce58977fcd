"""How an artist tires in a session, read off the log."""

from __future__ import annotations

import numpy as np

from preprocessing.taste.playbacks import Floats, Openings, Playbacks

QUANTILE = 0.99  # of the fractions: those who love the track and have nothing against it but the repetition
LENGTH = 16  # times heard that are told apart
ENOUGH = 50  # playbacks that a quantile is taken of


def fatigue(openings: Openings, playbacks: Playbacks) -> Floats:
    """Return what is left of an artist's appeal by the number of their tracks that the session had before.

    It is the highest fraction that is still reached, as a share of that of a fresh artist; it never rises. Where the
    log holds too few, it goes on falling as it did on average.

    Args:
        openings: Of the log; what people choose by themselves shows best what is reached of a fresh artist.
        playbacks: Of the log.

    Returns:
        Factors from 0 to 1, the first is 1, shape (16,).
    """
    reached = np.full(LENGTH, np.nan)
    for times in range(LENGTH):
        fractions = playbacks.fraction[playbacks.times_heard == times]
        if times == 0:
            fractions = np.concatenate([openings.fraction, fractions])
        if len(fractions) >= ENOUGH:
            reached[times] = np.quantile(fractions, QUANTILE)
    if not reached[0] > 0:
        return np.ones(LENGTH)
    left: Floats = reached / reached[0]
    known = np.flatnonzero(left > 0)
    last = int(known[-1])
    step = min(1.0, float(left[last] ** (1 / last))) if last else 1.0
    for times in range(1, LENGTH):
        guess = left[times - 1] * step
        left[times] = min(left[times - 1], left[times] if left[times] > 0 else guess)
    return left
