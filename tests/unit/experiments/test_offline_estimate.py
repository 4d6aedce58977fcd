"""The estimators, on samples that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from experiments.offline.estimate import Sample, doubly_robust, effective_size, inverse_propensity, mean
from experiments.offline.support import support

# Four recommendations to two users. The target would have given the first, and the third with twice the chance.
SAMPLE = Sample(
    users=np.array([0, 0, 1, 1]),
    fractions=np.array([1.0, 0.0, 0.4, 0.8]),
    weights=np.array([1.0, 0.0, 2.0, 0.0]),
    expected=np.array([0.8, 0.1, 0.4, 0.5]),
    expected_of_target=np.array([0.8, 0.6, 0.4, 0.6]),
)


def test_inverse_propensity_by_hand() -> None:
    """(1 · 1 + 2 · 0.4) / 3 = 0.6."""
    estimate = inverse_propensity(SAMPLE)
    assert estimate is not None
    assert estimate.value == pytest.approx(0.6)


def test_the_interval_by_hand() -> None:
    """Users deviate by 1 · 0.4 / 0.75 and 2 · -0.2 / 0.75: a standard error of sqrt(2 · 2 · (0.4 / 0.75)²) / 4."""
    estimate = inverse_propensity(SAMPLE)
    assert estimate is not None
    half = stats.t.ppf(0.975, 1) * np.sqrt(2 * 2 * (0.4 / 0.75) ** 2) / 4
    assert estimate.interval == pytest.approx((0.6 - half, 0.6 + half))


def test_doubly_robust_by_hand() -> None:
    """The model says 0.6 and is (1 · 0.2 + 2 · 0) / 3 too low: 2/3; the log's mean of 0.55 less is the gain."""
    assert doubly_robust(SAMPLE).value == pytest.approx(2 / 3)
    assert doubly_robust(SAMPLE, less=SAMPLE.fractions).value == pytest.approx(2 / 3 - 0.55)


def test_effective_size_by_hand() -> None:
    """Weights 1 and 2 say as much as (1 + 2)² / (1 + 4) = 1.8 recommendations."""
    assert effective_size(SAMPLE) == pytest.approx(1.8)


def test_without_overlap_only_the_model_speaks() -> None:
    """Where no logged answer is the target's, inverse propensity has nothing to say."""
    sample = Sample(SAMPLE.users, SAMPLE.fractions, np.zeros(4), SAMPLE.expected, SAMPLE.expected_of_target)
    assert inverse_propensity(sample) is None
    assert doubly_robust(sample).value == pytest.approx(0.6)
    assert effective_size(sample) == 0


def test_one_user_has_no_interval() -> None:
    """A single cluster does not vary."""
    sample = Sample(np.zeros(4, dtype=np.int64), SAMPLE.fractions, SAMPLE.weights, SAMPLE.expected, SAMPLE.expected)
    assert mean(sample, sample.fractions).interval is None


def weighted(weights: list[float]) -> Sample:
    """Return a sample of three recommendations per user."""
    n = len(weights)
    return Sample(np.arange(n) // 3, np.full(n, 0.5), np.array(weights), np.full(n, 0.5), np.full(n, 0.5))


def test_each_logging_chain_is_judged_for_itself() -> None:
    """A sure chain that agrees in two places of three lacks support; one that explores, and weighs 0 or 3, does not."""
    sure, explores = [1.0, 1.0, 0.0] * 40, [0.0, 3.0, 0.0] * 40
    found = support(weighted(sure + explores), np.repeat([0, 1], 120), ["sure", "explores"])
    assert [(each.chain, each.recommendations, each.lacks) for each in found] == [
        ("sure", 120, True),
        ("explores", 120, False),
    ]
    assert found[0].weight.value == pytest.approx(2 / 3)


def test_a_chain_supports_itself() -> None:
    """Weights that are 1 but for the rounding of probabilities do not lack."""
    assert not support(weighted([1 - 1e-12] * 30), np.zeros(30, dtype=np.int64), ["itself"])[0].lacks


def test_chance_is_no_lack_of_support() -> None:
    """Of 400 small logs of a chain that explores, few more than the 2.5 % that the interval allows seem to lack."""
    rng = np.random.default_rng(2)
    seem = 0
    for _ in range(400):
        drawn = np.where(rng.random(600) < 0.4, rng.choice([0.0, 5.0], 600, p=[0.8, 0.2]), 1.0)
        seem += support(weighted(drawn.tolist()), np.zeros(600, dtype=np.int64), ["explores"])[0].lacks
    assert seem / 400 < 0.05
