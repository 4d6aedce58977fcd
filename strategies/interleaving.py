"""Interleaving: several chains in one stream of sessions, so that the better one can be found soon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig

# What stands between the chain and its strategy in the label of an answer, and so in the log.
CREDIT = "/"


class InterleavingConfig(StrategyConfig):
    """Parameters of *interleaving*."""

    chains: dict[str, Sequence[dict[str, Any]]] = Field(
        default={"sticky_artist": [{"use": "sticky_artist"}], "popular": [{"use": "popular"}]},
        min_length=2,
        description="The chains that take turns: their stages by name, or a list of names of other chains.",
    )


class Interleaving:
    """Let chains draft a queue: in each round every chain, in an order that is drawn, adds its best that is not in it.

    An answer is the head of a queue, so each chain is as likely as another to give it. It is labelled with the
    chain that proposed it, ``chain/strategy``, for ``python -m experiments interleaving`` to credit.

    Source: Radlinski, Kurup and Joachims (2008), team-draft interleaving.
    """

    name: ClassVar[str] = "interleaving"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = InterleavingConfig

    def __init__(self, config: InterleavingConfig) -> None:
        from strategies.registry import build_chain  # a chain may hold this strategy, which holds chains

        self._chains = [build_chain(name, stages) for name, stages in config.chains.items()]
        self.fallbacks = {f"{chain.name}{CREDIT}{label}" for chain in self._chains for label in chain.fallbacks}
        self.allow_repeats = any(chain.allows_repeats for chain in self._chains)

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with the drafted queue at its end."""
        turns = [
            chain
            for _ in range(-(-query.wanted // len(self._chains)))
            for chain in query.rng.sample(self._chains, len(self._chains))
        ][: query.wanted]
        decisions = {chain.name: chain(query) for chain in self._chains if chain in turns}
        queue: dict[int, str] = {}
        for chain in turns:
            decision = decisions[chain.name]
            fresh = ((track, by) for track, by in zip(decision.tracks, decision.by, strict=True) if track not in queue)
            for track, by in fresh:
                queue[track] = f"{chain.name}{CREDIT}{by}"
                break
        return Slate(slate.tracks + list(queue), slate.by + list(queue.values()))
