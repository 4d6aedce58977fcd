"""What a fault cost, by the listeners' own notes held against the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.faults.load import Tally


@dataclass(frozen=True, slots=True)
class Account:
    """One row of the table."""

    fault: str
    requests: int
    failed: int  # answers other than a 200
    broken: int  # connections that broke before an answer
    slowest_s: float
    slowest_open_s: float | None  # while the circuit was open
    events_lost: int  # answered requests that the log does not hold
    sessions_lost: int  # sessions that were begun anew before their last playback
    invariants: int  # answers that were heard before in the session, playbacks that were counted twice or passed over
    healthy_s: float  # from the end of the fault until every part was well again
    allows_broken: bool  # the fault itself breaks connections

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost that must not be."""
        broken = 0 if self.allows_broken else self.broken
        return not (self.failed + broken + self.events_lost + self.sessions_lost + self.invariants)


def settle(
    fault: str, tally: Tally, events: Iterable[dict[str, Any]], healthy_s: float, *, allows_broken: bool
) -> Account:
    """Return the account of a fault."""
    logged = Counter[str]()
    place: dict[str, tuple[str, int]] = {}
    for event in events:
        logged[event["request"]] += 1
        place[event["request"]] = (event["session"], event["position"])
    lost = sessions_lost = invariants = 0
    for run in tally.runs:
        lost += sum(request not in logged for request in run)
        places = [place[request] for request in run if request in place]
        sessions = {session for session, _ in places}
        sessions_lost += max(0, len(sessions) - 1)
        if len(sessions) == 1:
            invariants += [position for _, position in places] != list(range(len(places)))
    return Account(
        fault,
        tally.answered,
        tally.failed,
        tally.broken,
        tally.slowest_s,
        tally.slowest_open_s,
        lost,
        sessions_lost,
        invariants + tally.repeats,
        healthy_s,
        allows_broken,
    )
