"""Sample-ratio mismatch: did the split come out as it was meant?"""

from collections.abc import Mapping

from scipy import stats

ALARM = 0.001
"""Below this p-value the split is called broken; low, because a healthy test is checked many times."""


def sample_ratio_p(users: Mapping[str, int], shares: Mapping[str, float]) -> float:
    """Return how likely a split at least this uneven is, when the shares were as intended.

    Args:
        users: Users counted in each treatment, at least two treatments.
        shares: The intended share of each of the same treatments, in any scale.

    Source: Pearson's chi-square, `scipy.stats.chisquare`; its use and the threshold after Fabijan et al.
    (2019), Diagnosing Sample Ratio Mismatch in Online Controlled Experiments.
    """
    total, scale = sum(users.values()), sum(shares[name] for name in users)
    expected = [total * shares[name] / scale for name in users]
    return float(stats.chisquare(list(users.values()), expected).pvalue)
