"""The fraction to expect of artists, given what a session has shown of others: a Gaussian process on the logit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from preprocessing.artifacts import Artifacts, TasteNumbers

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
    heard: Mapping[int, Sequence[float]],
    candidates: Sequence[int],
    doubts: Doubts,
    curiosity: float = 0.0,
) -> NDArray[np.float64]:
    """Return the fraction to which each candidate should be heard if it were fresh, 0 to 1, (len(candidates),).

    Args:
        artifacts: The model.
        numbers: Its numbers.
        user: Row of the listener; None: not known, and taken as usual.
        first: Row of the artist that the session began with.
        heard: By artist row, the fractions heard of its tracks, without fatigue.
        candidates: Rows of artists.
        doubts: How much is left open before the session.
        curiosity: Standard deviations that are added to what is expected: who is tried tells of others.
    """
    demand = 0.0 if user is None else float(artifacts.user_demand[user])
    sharpness = 1.0 if user is None else float(artifacts.user_sharpness[user])
    seen = list(heard)
    rows = np.array([*candidates, *seen])
    vectors = artifacts.artist_vectors[rows]
    prior = artifacts.artist_effect[rows] - demand
    prior += np.where(
        rows == first, numbers.same_artist, numbers.similarity * (vectors @ artifacts.artist_vectors[first])
    )
    open_before = doubts.taste + doubts.mood + doubts.artist
    # The model was fitted to fractions of whom nothing was known but this: its logit is that of the mean over doubt.
    prior *= _flattening(sharpness, open_before + doubts.track)
    n = len(candidates)
    mean, variance = prior[:n], np.full(n, open_before)
    if seen:
        observed = [_observation(heard[artist], sharpness, doubts.track) for artist in seen]
        cross = doubts.taste * (vectors @ vectors[n:].T) + doubts.mood
        same = rows[:, None] == rows[n:]
        cross[same] = open_before
        gram = cross[n:] + np.diag([noise for _, noise in observed])
        gain = np.linalg.solve(gram, cross[:n].T)  # (heard, candidates)
        mean = mean + (np.array([value for value, _ in observed]) - prior[n:]) @ gain
        variance = variance - np.einsum("ij,ji->i", cross[:n], gain)
    mean = mean + curiosity * np.sqrt(np.maximum(variance, 0))
    logit = sharpness * mean / _flattening(sharpness, np.maximum(variance, 0) + doubts.track)
    answer: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
    return answer


def _flattening(sharpness: float, variance: Any) -> Any:  # noqa: ANN401
    """Return by what a logit is divided when a Gaussian doubt about it is averaged over."""
    return np.sqrt(1 + np.pi / 8 * sharpness**2 * variance)


def _observation(fractions: Sequence[float], sharpness: float, track_variance: float) -> tuple[float, float]:
    """Return an artist's logit as the session has shown it, and its variance."""
    precision = total = 0.0
    for fraction in fractions:
        bounded = min(max(fraction, SUREST), 1 - SUREST)
        weight = 1 / (track_variance + NOISE / (bounded * (1 - bounded) * sharpness**2))
        precision += weight
        total += weight * log(bounded / (1 - bounded)) / sharpness
    return total / precision, 1 / precision
