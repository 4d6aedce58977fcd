"""The fraction to expect of artists, given what a session has shown of others: a Gaussian process on the logit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from preprocessing.artifacts import Artifacts, TasteNumbers

Floats = NDArray[np.float32]

SUREST = 0.03  # a fraction nearer to 0 or 1 says no more than this one: a skip may have other reasons
NOISE = 0.03  # of a fraction, against its binomial variance: how far it is from the listener's mean


@dataclass(frozen=True, slots=True)
class Doubts:
    """Variances on the scale of the logit."""

    taste: float
    mood: float
    artist: float
    track: float


def expected_fractions(
    artifacts: Artifacts,
    numbers: TasteNumbers,
    user: int | None,
    first: int,
    artists: Sequence[int],
    heard: Sequence[Sequence[float]],
    doubts: Doubts,
) -> Floats:
    """Return the fraction to which each artist should be heard if they were fresh, 0 to 1, (len(artists),).

    Args:
        artifacts: The model.
        numbers: Its numbers.
        user: Row of the listener; None: not known, and taken as usual.
        first: Row of the artist that the session began with.
        artists: Rows, each once; those who were heard come first.
        heard: The fractions heard of the tracks of each of these, without fatigue.
        doubts: How much is left open before the session.
    """
    demand = 0.0 if user is None else float(artifacts.user_demand[user])
    sharpness = 1.0 if user is None else float(artifacts.user_sharpness[user])
    rows = np.array(artists, np.intp)
    vectors = artifacts.artist_vectors.take(rows, 0)
    similar = numbers.similarity * (vectors @ artifacts.artist_vectors[first])
    similar[rows == first] = numbers.same_artist
    before = doubts.taste + doubts.mood + doubts.artist
    # What each doubt about a logit flattens it by, when it is averaged over, is 1 + per_doubt * variance, rooted.
    per_doubt = pi / 8 * sharpness**2
    # The model was fitted to fractions of whom nothing was known but this: its logit is that of the mean over doubt.
    scale = sqrt(1 + per_doubt * (before + doubts.track))
    mean = scale * (artifacts.artist_effect.take(rows) + similar - demand)
    flattened = scale
    if heard:
        n = len(heard)
        observed = [_observation(fractions, sharpness, doubts.track) for fractions in heard]
        shared = doubts.taste * (vectors[:n] @ vectors.T) + doubts.mood
        own = np.arange(n)
        shared[own, own] = before
        noisy = shared[:, :n].copy()
        noisy[own, own] += [variance for _, variance in observed]
        gain = np.linalg.inv(noisy) @ shared  # SciPy's Cholesky is no faster here, and dear to import: record 0096
        surprise = np.array([value for value, _ in observed], np.float32) - mean[:n]
        mean = mean + surprise @ gain
        flattened = np.sqrt((1 + per_doubt * (before + doubts.track)) - per_doubt * np.einsum("ij,ij->j", shared, gain))
    answer: Floats = 1 / (1 + np.exp(mean * -sharpness / flattened))
    return answer


def _observation(fractions: Sequence[float], sharpness: float, track_variance: float) -> tuple[float, float]:
    """Return an artist's logit as the session has shown it, and its variance."""
    precision = total = 0.0
    noise = NOISE / sharpness**2
    for fraction in fractions:
        sure = SUREST if fraction < SUREST else 1 - SUREST if fraction > 1 - SUREST else fraction
        weight = 1 / (track_variance + noise / (sure * (1 - sure)))
        precision += weight
        total += weight * log(sure / (1 - sure))
    return total / (precision * sharpness), 1 / precision
