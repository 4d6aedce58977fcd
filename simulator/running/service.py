"""What the simulator asks of whatever recommends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered to some playbacks, one element each; None where the session ended or nobody tells."""

    tracks: list[int | None]  # rows of the catalogue
    strategies: list[str | None]
    propensities: list[float | None]  # of each answer under the chain that gave it
    latencies_s: list[float | None]


class Service(Protocol):
    """Takes playbacks of many sessions at a time; an episode that it has not seen starts a fresh session."""

    def report(
        self,
        rows: Sequence[int],
        positions: Sequence[int],
        tracks: Sequence[int],
        times: Sequence[float],
        ended: Sequence[bool],
    ) -> Answers:
        """Report one playback each of some episodes, and return what comes next.

        Args:
            rows: The episodes, as positions in the run's episodes.
            positions: Of the playbacks in their sessions, from 0.
            tracks: Rows of the catalogue.
            times: Fractions listened.
            ended: Whose session this playback ends.

        Raises:
            SimulatorError: The service is away or refuses.
        """
        ...
