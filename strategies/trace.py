"""The decision trace: what each stage of a chain proposed and removed, and why; kept only when asked for."""

from __future__ import annotations

from dataclasses import dataclass

from strategies.base import Query, Reason, Slate


@dataclass(frozen=True, slots=True)
class Step:
    """What one stage did to the slate; tracks are rows."""

    strategy: str
    role: str
    candidates: int  # on the slate after this stage
    added: list[int]
    removed: list[tuple[int, Reason | None]]  # None: not for its own sake, the stage replaced the slate


@dataclass(frozen=True, slots=True)
class Trace:
    """The stages of one decision, in order."""

    chain: str
    steps: list[Step]


def compare(strategy: str, role: str, query: Query, before: Slate, after: Slate) -> Step:
    """Return the step that leads from one slate to the next."""
    was, now = set(before.tracks), set(after.tracks)
    return Step(
        strategy=strategy,
        role=role,
        candidates=len(after.tracks),
        added=[track for track in after.tracks if track not in was],
        removed=[(track, query.excluded.get(track)) for track in before.tracks if track not in now],
    )
