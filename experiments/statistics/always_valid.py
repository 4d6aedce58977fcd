"""An interval that stays valid however often one looks."""

import math

from experiments.statistics.welch import LEVEL, Effect

HOPED_FOR_PERCENT = 10.0
"""The size of effect that the interval is tuned to. Any value is valid; it only says where it is tightest.
Chosen for recommenders, whose worthwhile effects lie between 1 % and 30 %: for standard errors from 0.5 % to
10 % the interval is at most a quarter wider than at its best."""


def always_valid_interval(effect: Effect) -> tuple[float, float] | None:
    """Return the bounds, in percent, that may be looked at daily; None where the effect has no interval."""
    if effect.percent is None or effect.interval is None or effect.standard_error is None:
        return None
    margin = always_valid_margin(effect.standard_error)
    return effect.percent - margin, effect.percent + margin


def always_valid_margin(standard_error: float, level: float = LEVEL, hoped_for: float = HOPED_FOR_PERCENT) -> float:
    """Return the half-width of the interval of a confidence sequence at one look.

    A plain 95 % interval is right once, at a time fixed beforehand. Who looks each day and stops at the first
    good one is wrong far more often. This interval contains the truth at *all* looks together with 95 %
    probability: it mixes over the effects one could hope for, `N(0, hoped_for^2)`, and by Ville's
    inequality the mixture is seldom ever large when there is no effect.

    With `information = (hoped_for / standard_error)^2` the half-width is
    `standard_error * sqrt(2 * (information + 1) / information * log(sqrt(information + 1) / (1 - level)))`.
    It counts information instead of users, so that listeners who come back add to it as well.

    Args:
        standard_error: Of the effect so far, in percent.
        level: The probability that no look ever misses.
        hoped_for: Chosen before the experiment starts and then left alone, in percent.

    Source: Robbins (1970), the normal mixture; for estimated variances Waudby-Smith, Arbour, Sinha, Kennedy &
    Ramdas (2021), Time-uniform central limit theory and asymptotic confidence sequences; for A/B tests
    Johari, Koomen, Pekelis & Walsh (2022), Always Valid Inference.
    """
    information = (hoped_for / standard_error) ** 2
    log_term = 0.5 * math.log1p(information) - math.log(1 - level)
    return standard_error * math.sqrt(2 * (information + 1) / information * log_term)
