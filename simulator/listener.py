"""How a listener answers one track: pure functions on arrays, one element per listener.

time = link((<track, interest> - bias) · sharpness) · gamma^(times the artist was heard before in the session)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from simulator.config import ListenerConfig

Floats = NDArray[np.float64]

REPORTED_DIGITS = 2


def appeal(config: ListenerConfig, inner_products: Floats, biases: Floats, sharpnesses: Floats) -> Floats:
    """Return the fraction of a track that a fresh listener would hear, 0 to 1.

    Source: the predecessor's published listener; cauchit: Koenker and Yoon (2009).
    """
    logits: Floats = (inner_products - biases) * sharpnesses
    if config.link == "cauchit":
        return 0.5 + np.arctan(logits) / np.pi
    answer: Floats = expit(logits)
    return answer


def freshness(config: ListenerConfig, times_heard: NDArray[np.int64]) -> Floats:
    """Return what is left of the appeal of an artist who was heard that many times before in the session."""
    if config.fatigue == "hyperbolic":
        return 1 / (1 + times_heard * (1 / config.artist_fatigue - 1))
    answer: Floats = np.power(config.artist_fatigue, times_heard)
    return answer


def drifted(config: ListenerConfig, steps: NDArray[np.int64], here: Floats, there: Floats) -> Floats:
    """Return the inner products with a taste that is moving from one interest to another.

    The taste is a weighted mean of two interests, and an inner product is linear in it.

    Args:
        config: Says how fast.
        steps: Tracks heard before, per listener.
        here: Inner products with the interest that the session started from.
        there: Inner products with the interest that it moves to.
    """
    moved: Floats = np.minimum(steps * config.drift_per_track, 1)
    return (1 - moved) * here + moved * there


def disappointed(times: Floats, luck: Floats) -> NDArray[np.bool_]:
    """Return who loses one unit of the budget: each with probability 1 - time; luck is uniform in [0, 1)."""
    answer: NDArray[np.bool_] = luck >= times
    return answer


def reported(times: Floats) -> Floats:
    """Return the fractions as a player reports them. The log has two digits; the listener's own are exact."""
    answer: Floats = np.round(times, REPORTED_DIGITS)
    return answer
