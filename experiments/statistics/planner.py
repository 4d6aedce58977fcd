"""How many users it takes to see an effect."""

import math

import numpy as np

from experiments.errors import ExperimentError

_SOLVED_AT = 0.01  # standardised effect; the solver finds users for every power there, but NaN for large effects
_MOST = 1e10  # users per group: more than there are people


def users_per_group(
    mean: float, deviation: float, effect_percent: float, power: float = 0.8, alpha: float = 0.05
) -> int:
    """Return the users that each of two equal groups needs, at least 2.

    The test's power depends on effect squared times users alone, so that what one effect takes tells of all.

    Args:
        mean: Of the metric over users, not 0.
        deviation: The metric's standard deviation over users, in the same unit, not 0.
        effect_percent: The smallest relative effect that is worth seeing, not 0.
        power: The probability to see it when it is there.
        alpha: The probability to see one when there is none (two-sided).

    Raises:
        ExperimentError: The effect is so small that it takes more users than there are people.

    Source: the two-sample z-test's power, `statsmodels.stats.power.NormalIndPower`.
    """
    # Imported here: it takes longer than a report, which shares the command line but not this function.
    from statsmodels.stats.power import NormalIndPower  # type: ignore[import-untyped]

    solved = NormalIndPower().solve_power(_SOLVED_AT, alpha=alpha, power=power, alternative="two-sided")
    standardised = abs(mean / deviation * (effect_percent / 100))
    smaller = _SOLVED_AT / standardised if standardised else math.inf
    users = float(np.ravel(solved)[0]) * smaller * smaller
    if users > _MOST:
        raise ExperimentError(f"An effect of {effect_percent:g} % is too small to plan for: it takes too many users.")
    return max(2, math.ceil(users))
