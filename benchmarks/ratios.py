"""What one thing took over what another did, in rounds that alternated."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def ratio_text(mine: Sequence[float], others: Sequence[float]) -> str:
    """Return the median of the rounds' ratios with their range, e.g. ``0.58 (0.51 to 0.65)``."""
    ratios = [own / other for own, other in zip(mine, others, strict=True)]
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
