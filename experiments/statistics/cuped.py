"""CUPED: variance reduction by what was known of a user before the experiment."""

import numpy as np
from numpy.typing import NDArray


def cuped(values: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Take out of each user's value what their past already predicted.

    `values - theta * (before - mean(before))` with `theta = cov(values, before) / var(before)` over all
    users of all groups together, so that it cannot favour one of them. A user without a past stands at the
    mean of the others, which changes nothing about their value.

    Args:
        values: One value per user of every group compared.
        before: The same users' covariate from before the experiment; NaN where there is none.

    Returns:
        The adjusted values, or None where fewer than three users have a past or all pasts are the same.

    Source: Deng, Xu, Kohavi & Walker (2013), Improving the Sensitivity of Online Controlled Experiments by
    Utilizing Pre-Experiment Data.
    """
    known = np.isfinite(before)
    if known.sum() < 3 or np.ptp(before[known]) == 0:
        return None
    centred = np.where(known, before - before[known].mean(), 0.0)
    theta = np.dot(centred, values - values.mean()) / np.dot(centred, centred)
    adjusted: NDArray[np.float64] = values - theta * centred
    return adjusted
