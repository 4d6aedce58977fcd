"""How a chain stands in a world."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.running.spread import Spread
from simulator.running.summary import Group


@dataclass(frozen=True, slots=True)
class Standing:
    """A chain's figures."""

    group: Group
    spread: Spread
    decision_us: float  # CPU time per decision in process, microseconds


def order_by_time(standings: list[Standing]) -> list[Standing]:
    """Return the standings with the longest mean session time first."""
    return sorted(standings, key=lambda standing: -standing.group.mean_time)
