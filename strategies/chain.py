"""A chain: strategies in order over one slate, and the two promises that hold whatever they are.

A track that the user dislikes or has heard in this session is never answered while the catalogue holds
another, and the chain always answers. Only a chain with a strategy that says ``allow_repeats`` is exempt from
the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from strategies.base import Query, Slate, Strategy
from strategies.dislike_filter import without_excluded
from strategies.popular import popular_tracks
from strategies.trace import Step, Trace, compare

LAST_RESORT = "last_resort"


@dataclass(slots=True)  # not frozen: docs/decisions/0094-what-is-made-for-every-song.md
class Decision:
    """The answer in rows: a queue of distinct tracks, each with the strategy that put it there."""

    tracks: list[int]
    by: list[str]
    trace: Trace | None
    chances: Mapping[int, float] | None  # with which this chain answers a track to this query; None: not known

    @property
    def propensity(self) -> float | None:
        """The probability with which this chain answers what it answered; None: not known."""
        return None if self.chances is None else self.chances.get(self.tracks[0])


class Chain:
    """Strategies in order; call it with a query to decide."""

    def __init__(self, name: str, strategies: Sequence[Strategy]) -> None:
        self.name = name
        self.strategies = tuple(strategies)
        # The labels under which an answer is a fallback's; a strategy that holds chains knows theirs.
        self.fallbacks = frozenset(
            {LAST_RESORT, *(strategy.name for strategy in strategies if strategy.role == "fallback")}.union(
                *(getattr(strategy, "fallbacks", ()) for strategy in strategies)
            )
        )
        self.allows_repeats = any(getattr(strategy, "allow_repeats", False) for strategy in strategies)

    def __call__(self, query: Query, *, explain: bool = False) -> Decision:
        """Return the decision: ``query.wanted`` distinct tracks, or all that the catalogue holds."""
        slate = Slate([], [])
        steps: list[Step] = []
        for strategy in self.strategies:
            before, slate = slate, strategy(query, slate)
            if explain:
                steps.append(compare(strategy.name, strategy.role, query, before, slate))
        before, slate = slate, self._promised(query, slate)
        if explain and before.tracks[: query.wanted] != slate.tracks:
            steps.append(compare(LAST_RESORT, "fallback", query, before, slate))
        chances = before.chances
        if chances is None and not query.drawn:
            chances = {slate.tracks[0]: 1.0}
        return Decision(slate.tracks, slate.by, Trace(self.name, steps) if explain else None, chances)

    def _promised(self, query: Query, slate: Slate) -> Slate:
        if query.wanted == 1:  # what nearly all ask for: one is found without a look at the others
            for track, name in zip(slate.tracks, slate.by, strict=True):
                if self.allows_repeats or track not in query.excluded:
                    return Slate([track], [name])
            slate = Slate([], [])
        elif not self.allows_repeats:
            slate = without_excluded(query, slate)
        queue: dict[int, str] = {}
        for track, name in zip(slate.tracks, slate.by, strict=True):
            queue.setdefault(track, name)
        if len(queue) < query.wanted:
            for track in islice(_any_tracks(query, set(queue)), query.wanted - len(queue)):
                queue[track] = LAST_RESORT
        tracks = list(queue)[: query.wanted]
        return Slate(tracks, [queue[track] for track in tracks])


def _any_tracks(query: Query, taken: set[int]) -> Iterator[int]:
    yield from popular_tracks(query.artifacts, query.excluded.keys() | taken)
    # Nothing else is left in the catalogue: what was heard longest ago comes first, disliked tracks last.
    for track in reversed(dict.fromkeys(reversed(query.tracks))):  # each once, where it was heard last
        if query.excluded.get(track) == "heard" and track not in taken:
            yield track
    for track, reason in query.excluded.items():
        if reason != "heard" and track not in taken:
            yield track
