"""How many users it takes to see an effect."""

import math


def users_per_group(
    mean: float, deviation: float, effect_percent: float, power: float = 0.8, alpha: float = 0.05
) -> int:
    """Return the users that each of two equal groups needs.

    Args:
        mean: Of the metric over users, not 0.
        deviation: The metric's standard deviation over users, in the same unit.
        effect_percent: The smallest relative effect that is worth seeing, not 0.
        power: The probability to see it when it is there.
        alpha: The probability to see one when there is none (two-sided).

    Source: the two-sample z-test's power, `statsmodels.stats.power.NormalIndPower`.
    """
    # Imported here: it takes longer than a report, which shares the command line but not this function.
    from statsmodels.stats.power import NormalIndPower  # type: ignore[import-untyped]

    standardised = abs(mean * effect_percent / 100 / deviation)
    users = NormalIndPower().solve_power(standardised, alpha=alpha, power=power, alternative="two-sided")
    return max(2, math.ceil(float(users)))
