"""The plain comparison of two groups of users."""

import math
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from experiments.statistics.fieller import ratio_interval

LEVEL = 0.95
"""The coverage of every interval of the report."""

_ROUNDING = 1e-12  # a spread this small against its mean is the rounding of equal numbers, not variance


@dataclass(frozen=True, slots=True)
class Effect:
    """A treatment's relative effect in percent of the control mean; None where it is not defined."""

    control_mean: float
    treatment_mean: float
    percent: float | None = None
    interval: tuple[float, float] | None = None  # 95 %, in percent
    standard_error: float | None = None  # of `percent`, the control mean's own error included
    p_value: float | None = None


def welch(control: NDArray[np.float64], treatment: NDArray[np.float64]) -> Effect:
    """Compare two groups by Welch's t, the difference expressed in percent of the control mean.

    The interval is Fieller's: it knows that the control mean is measured as well, and holds 0 exactly where p is 0.05
    or more. The standard error is the delta method's, `100 * sqrt(vT + (1 + effect)^2 * vC) / control mean`.

    Args:
        control: One value per user, at least one.
        treatment: One value per user, at least one.

    Returns:
        The effect; without interval and p-value where a group has fewer than two users or neither
        varies, without percentages where the control mean is 0, and without interval where it may be 0 or all
        treatment's values are.

    Source: Welch (1947), as implemented by `scipy.stats.ttest_ind(equal_var=False)`; docs/decisions/0010-statistics.md
    tells how often the interval holds the truth.
    """
    control_mean, treatment_mean = float(control.mean()), float(treatment.mean())
    percent = 100 * (treatment_mean - control_mean) / control_mean if control_mean else None
    if min(control.size, treatment.size) < 2 or not (_varies(control) or _varies(treatment)):
        return Effect(control_mean, treatment_mean, percent)
    with warnings.catch_warnings():
        # One group without variance is sound here, as long as the other has some; SciPy would warn of it.
        warnings.simplefilter("ignore", RuntimeWarning)
        test = stats.ttest_ind(treatment, control, equal_var=False)
    p_value = float(test.pvalue)
    if percent is None:
        return Effect(control_mean, treatment_mean, p_value=p_value)
    control_variance, treatment_variance = (float(group.var(ddof=1)) / group.size for group in (control, treatment))
    ratio = treatment_mean / control_mean
    bounds = ratio_interval(
        (control_mean, treatment_mean), (control_variance, treatment_variance), float(test.df), LEVEL
    )
    return Effect(
        control_mean,
        treatment_mean,
        percent,
        interval=bounds and (100 * (bounds[0] - 1), 100 * (bounds[1] - 1)),
        standard_error=100 * math.sqrt(treatment_variance + ratio**2 * control_variance) / abs(control_mean),
        p_value=p_value,
    )


def _varies(values: NDArray[np.float64]) -> bool:
    return bool(np.ptp(values) > _ROUNDING * np.abs(values).max())
