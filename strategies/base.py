"""What every strategy speaks: a query in, a slate in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any, ClassVar, Literal, Protocol

import mmh3
from pydantic import BaseModel, ConfigDict

from preprocessing.artifacts import Artifacts

Role = Literal["source", "filter", "reranker", "injector", "fallback", "explorer"]
Anchor = Literal["first", "previous"]  # the track that the listener came with, or the one just heard
Reason = Literal["disliked", "skipped", "heard"]


@dataclass  # not frozen: docs/decisions/0094-what-is-made-for-every-song.md
class Query:
    """All that a decision may depend on; tracks, users and artists are dense rows."""

    artifacts: Artifacts
    user: int | None  # None: the log does not know this user
    tracks: list[int]  # heard in this session and still in the catalogue, oldest first
    times: list[float]  # fraction listened, beside ``tracks``
    anchor: int | None  # the first track; None: it has left the catalogue
    position: int  # of the playback that is answered, 0-based
    penalised: bool  # too many skips in a row: the fallback answers
    excluded: dict[int, Reason]  # never to be answered while another track is left, with the reason
    wanted: int  # length of the queue that is asked for, 1 or more
    rng_seed: str  # of the service's seed, the user, the session and the position

    @cached_property
    def rng(self) -> Random:
        """The decision's own generator, made when it is first asked for: most chains draw nothing."""
        return Random(mmh3.mmh3_x64_128_uintdigest(self.rng_seed.encode()))

    @property
    def drawn(self) -> bool:
        """Whether a strategy has asked for ``rng``: what a slate holds is then a matter of chance."""
        return "rng" in self.__dict__  # where cached_property keeps it

    def heard(self, which: Anchor) -> int | None:
        """Return the session's first track or the one heard last; None: the catalogue holds it no longer."""
        if which == "first":
            return self.anchor
        return self.tracks[-1] if self.tracks else None


@dataclass(slots=True)
class Slate:
    """Candidate tracks, best first, each with the strategy that put it there.

    A strategy returns a new slate and leaves the one that it was given as it is.
    """

    tracks: list[int]
    by: list[str]  # beside ``tracks``
    chances: Mapping[int, float] | None = None  # of each track to have become the head, where one was drawn for it

    @classmethod
    def of(cls, tracks: list[int], name: str) -> Slate:
        """Return a slate that one strategy filled."""
        return cls(tracks, [name] * len(tracks))

    def followed_by(self, tracks: list[int], name: str) -> Slate:
        """Return this slate with further candidates at its end."""
        return Slate(self.tracks + tracks, self.by + [name] * len(tracks))


class StrategyConfig(BaseModel):
    """Parameters of one strategy in one chain; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Strategy(Protocol):
    """One stage of a chain: the same signature for every role, so that a chain is a loop."""

    name: ClassVar[str]  # the key in settings.toml = the label in the log
    role: ClassVar[Role]
    Config: ClassVar[type[StrategyConfig]]

    def __init__(self, config: Any) -> None: ...  # noqa: ANN401 - each takes its own Config

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate after this stage; the one that was given stays as it is."""
        ...
