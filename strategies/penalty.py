"""The penalty: so many skips in a row, and the contextual fallback answers once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """When a playback is a skip, and how many in a row are too many."""

    skip_threshold: float  # a fraction listened of at most this is a skip
    max_penalty: int  # skips in a row that bring the fallback

    def count(self, penalty: int, time: float) -> tuple[int, bool]:
        """Return the counter after a playback, and whether this one brought the penalty.

        The counter starts again at 0 when it reaches the maximum and whenever a track was not skipped.
        The Redis script counts by the same rule and is tested against this function.
        """
        if time > self.skip_threshold:
            return 0, False
        if penalty + 1 >= self.max_penalty:
            return 0, True
        return penalty + 1, False
