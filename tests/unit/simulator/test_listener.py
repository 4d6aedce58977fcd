"""The formula, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from simulator import listener
from simulator.config import EmbeddingConfig, ListenerConfig, PopulationConfig


def test_appeal_is_the_logistic_function() -> None:
    """At the bias half is heard; one sharpness-unit above it, expit(1); far away, all or nothing."""
    products = np.array([3.0, 3.5, 1000.0, -1000.0])
    times = listener.appeal(ListenerConfig(), products, np.full(4, 3.0), np.full(4, 2.0))
    assert times == pytest.approx([0.5, 0.7310585786, 1, 0])


def test_cauchit_has_heavier_tails() -> None:
    """The other link is one half at the bias, three quarters one unit above, and never reaches 1."""
    times = listener.appeal(ListenerConfig(link="cauchit"), np.array([0.0, 1.0, 9.0]), np.zeros(3), np.ones(3))
    assert times == pytest.approx([0.5, 0.75, 0.9647767])


def test_an_artist_tires_geometrically() -> None:
    """With a fatigue of 0.9 an artist's first four tracks are worth 1, 0.9, 0.81 and 0.729, as in the log."""
    assert listener.freshness(ListenerConfig(), np.arange(4)) == pytest.approx([1, 0.9, 0.81, 0.729])


def test_hyperbolic_fatigue_starts_alike_and_slows_down() -> None:
    """The second track of an artist is worth 0.9 under both laws, the tenth more under the hyperbolic one."""
    worth = listener.freshness(ListenerConfig(fatigue="hyperbolic"), np.array([0, 1, 9]))
    assert worth == pytest.approx([1, 0.9, 0.5])


def test_a_drifting_taste_moves_and_then_stays() -> None:
    """At 0.25 per track the taste is half way after two tracks, and wholly there after four."""
    config = ListenerConfig(drift_per_track=0.25)
    steps = np.array([0, 2, 4, 9])
    assert listener.drifted(config, steps, np.full(4, 8.0), np.full(4, 4.0)) == pytest.approx([8, 6, 4, 4])


def test_disappointment_has_probability_one_minus_time() -> None:
    """A whole track never disappoints, a skipped one always does, a half does with half of the luck."""
    times = np.array([1.0, 0.0, 0.5, 0.5])
    luck = np.array([1 - 2**-53, 0.0, 0.49, 0.5])
    assert listener.disappointed(times, luck).tolist() == [False, True, False, True]


def test_times_are_reported_with_two_digits() -> None:
    """A player sends 0.73 for 0.729, as in the log."""
    assert listener.reported(np.array([0.729, 0.994, 0.996])).tolist() == [0.73, 0.99, 1.0]


def test_configurations_refuse_what_makes_no_sense() -> None:
    """An unknown key, a negative budget, shares above 1 and an empty range are errors."""
    with pytest.raises(ValidationError, match="patience"):
        ListenerConfig(patience=3)  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="budget"):
        ListenerConfig(budget=-1)
    with pytest.raises(ValidationError, match="more than 1"):
        EmbeddingConfig(genre_share=0.6, artist_share=0.6)
    with pytest.raises(ValidationError, match="low < high"):
        PopulationConfig(bias=(3, 3))
