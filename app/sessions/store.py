"""What a session store does; the Redis store and the memory store keep the same promises."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from strategies.penalty import PenaltyRule
from strategies.session import Playback, Session, UserId


class StoreError(Exception):
    """The session store did not answer, or not as it should; the message is fit to be shown."""


class DamagedSessionError(StoreError):
    """The store answers, but what it holds for this user is no session."""


@dataclass(frozen=True, slots=True)
class SessionRules:
    """What a store counts by."""

    ttl_s: int  # silence that ends a session
    history_limit: int  # playbacks kept per session, at least 2
    penalty: PenaltyRule


@dataclass(slots=True)  # not frozen: docs/decisions/0094-what-is-made-for-every-song.md
class Report:
    """One playback as it was reported, with the names that it is remembered under."""

    playback: Playback
    request: str  # its id: a report that comes again is counted once; a session is named after its first
    now_ms: int  # since the epoch
    last: bool  # the playback ends the session


@dataclass(frozen=True, slots=True)
class Kept:
    """A user's session as one store kept it while another was away."""

    session: Session
    request: str  # the latest
    live: bool  # it has not ended
    before: Collection[str]  # ids of the user's sessions from when the other store went until this one

    def goes_before(self, held_id: str, held_position: int) -> bool:
        """Whether it takes the place of what the other store holds when it returns; the Redis script does the same.

        It does where it is more of the same session, or follows one that is held: what is none of these was begun by
        another worker meanwhile, and goes on.
        """
        if held_id == self.session.id:
            return held_position < self.session.position
        return held_id in self.before


class SessionStore(Protocol):
    """Keeps one live session per user.

    Every method raises StoreError where the store cannot do what it promises.
    """

    async def record(self, user: UserId, report: Report) -> Session:
        """Append a playback, count the penalty, and return the whole session; start one where none is live.

        A report that repeats the session's latest request id changes nothing and returns the same session.
        After a report with ``last`` the session is no longer live.
        """
        ...

    async def get(self, user: UserId) -> Session | None:
        """Return the live session, or None."""
        ...

    async def put(self, user: UserId, kept: Kept) -> None:
        """Take over a session, unless what is held goes before it."""
        ...

    async def delete(self, user: UserId) -> None:
        """End the live session, if there is one."""
        ...

    async def check(self) -> None:
        """Return when the store answers and takes writes."""
        ...

    async def close(self) -> None:
        """Let go of what the store holds open; sessions stay where the store keeps them."""
        ...


class BatchStore(SessionStore, Protocol):
    """A store that does many things in one round trip; nothing is raised for all where one fails by itself."""

    async def record_all(self, reports: Sequence[tuple[UserId, Report]]) -> Sequence[Session | StoreError]:
        """Record playbacks in their order; return the session after each, or why it could not be recorded."""
        ...

    async def put_all(self, sessions: Sequence[tuple[UserId, Kept]]) -> Sequence[StoreError | None]:
        """Take over sessions as ``put`` does; return for each why it could not be, or None."""
        ...


class ServingStore(SessionStore, Protocol):
    """A store that always has an answer, and gives it without a task for each."""

    def record_soon(self, user: UserId, report: Report, done: Callable[[Session | Exception], None]) -> None:
        """Record a playback as ``record`` does, and call ``done`` with the session, or with a defect.

        Args:
            user: External id.
            report: What was heard.
            done: It must not raise; it may be called at once.
        """
        ...
