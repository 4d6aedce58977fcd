"""Estimates of a policy's value from another's log, with intervals over users."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from experiments.statistics.welch import LEVEL

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """Logged recommendations, one element each, shape (n,), n of 1 or more.

    The policy in question is called the target. An answer's weight is its probability under the target over its
    propensity, the probability under the policy that logged it.
    """

    users: NDArray[np.int64]  # who, 0-based
    fractions: Floats  # heard of the logged answer
    weights: Floats
    expected: Floats  # fraction of the logged answer, by a model
    expected_of_target: Floats  # by the model, of the target's answers in their probabilities


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval over users; None for a single user."""

    value: float
    interval: tuple[float, float] | None


def mean(sample: Sample, values: Floats) -> Estimate:
    """Return the mean over recommendations of one value each."""
    value = float(values.mean())
    return _with_interval(sample, value, values - value)


def inverse_propensity(sample: Sample) -> Estimate | None:
    """Return the target's mean fraction, from the logged answers that it would have given; None: it gives none.

    Source: Swaminathan and Joachims (2015), the self-normalised estimator: sum(w r) / sum(w).
    """
    weights = sample.weights
    if not weights.any():
        return None
    value = float(np.average(sample.fractions, weights=weights))
    return _with_interval(sample, value, weights * (sample.fractions - value) / weights.mean())


def doubly_robust(sample: Sample, less: Floats | float = 0.0) -> Estimate:
    """Return the target's mean fraction by the model, corrected by what the log says of the model's errors.

    It is right where the model is, or where the propensities are and every answer of the target had one: where one
    could not have been logged, the correction speaks of the others alone, and the interval does not know that
    (`experiments.offline.support` finds it). With the model wrong and few weights, it is as uncertain as its
    interval says.

    Args:
        sample: Of n recommendations.
        less: Taken off each, shape (n,): with the logged fractions, the estimate is of the difference to them.

    Source: Dudík, Langford and Li (2011), with the correction self-normalised.
    """
    weights, values = sample.weights, sample.expected_of_target - less
    errors = sample.fractions - sample.expected
    value, deviations = float(values.mean()), values - values.mean()
    if weights.any():
        error = float(np.average(errors, weights=weights))
        value += error
        deviations = deviations + weights * (errors - error) / weights.mean()
    return _with_interval(sample, value, deviations)


def effective_size(sample: Sample) -> float:
    """Return how many equally weighted recommendations would say as much.

    Source: Kish (1965): (sum w)^2 / sum w^2.
    """
    weights = sample.weights
    return float(weights.sum() ** 2 / np.square(weights).sum()) if weights.any() else 0.0


def _with_interval(sample: Sample, value: float, deviations: Floats) -> Estimate:
    """Return an estimate with the interval of its linearisation; a user's recommendations are one observation.

    Source: Liang and Zeger (1986), the sandwich for clusters, with their small-sample factor.
    """
    of_user = np.bincount(sample.users, weights=deviations)
    n = len(of_user)
    if n < 2:
        return Estimate(value, None)
    error = np.sqrt(n / (n - 1) * np.square(of_user).sum()) / len(deviations)
    half = float(stats.t.ppf((1 + LEVEL) / 2, n - 1) * error)
    return Estimate(value, (value - half, value + half))
