"""The interval of a ratio of two means, neither of which is known exactly."""

import math

from scipy import stats


def ratio_interval(
    means: tuple[float, float], variances: tuple[float, float], freedom: float, level: float
) -> tuple[float, float] | None:
    """Return the bounds of the second mean over the first.

    They are the ratios that Welch's test does not reject: those `r` for which `second - r * first` is nearer to 0 than
    the quantile of Student's t times its standard error, `sqrt(variance of second + r^2 * variance of first)`.
    So the interval holds 1 exactly where the test of the difference finds none, and it reaches further to that
    side where the ratio is less certain.

    Args:
        means: Of two independent groups.
        variances: Of these means, not of the users; at least one above 0.
        freedom: Degrees of freedom of the test of the difference.
        level: The probability that the interval holds the ratio.

    Returns:
        The bounds, the lower one first. None where the first mean cannot be told from 0 at this level, since then no
        ratio is too large; and where the second is 0 without any variance, which would make the ratio seem exact.

    Source: Fieller (1954), Some Problems in Interval Estimation, for means that are independent.
    """
    (base, other), (base_variance, other_variance) = means, variances
    quantile = float(stats.t.ppf((1 + level) / 2, freedom))
    unsure = quantile**2 * base_variance
    if base**2 <= unsure:
        return None
    scale = 1 - unsure / base**2
    ratio = other / base
    margin = quantile * math.sqrt(ratio**2 * base_variance + scale * other_variance) / abs(base)
    return ((ratio - margin) / scale, (ratio + margin) / scale) if margin else None
