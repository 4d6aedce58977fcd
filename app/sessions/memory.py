"""The memory twin: the same promises as the Redis store, within one process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass

from app.sessions.store import Kept, Report, SessionRules
from strategies.session import Session, UserId, advance


@dataclass(slots=True)
class _Entry:
    session: Session
    request: str
    expires_s: float
    live: bool


class MemoryStore:
    """Sessions in a dictionary; the least recently heard ones drop where there are too many.

    Args:
        rules: TTL, cap and penalty.
        clock: Monotonic seconds.
        capacity: Sessions kept at most.
    """

    def __init__(
        self, rules: SessionRules, clock: Callable[[], float] = time.monotonic, capacity: int = 10_000
    ) -> None:
        self._rules = rules
        self._clock = clock
        self._capacity = capacity
        self._entries: OrderedDict[UserId, _Entry] = OrderedDict()

    async def record(self, user: UserId, report: Report) -> Session:
        """Append a playback and return the whole session."""
        return self.record_now(user, report)

    def record_now(self, user: UserId, report: Report) -> Session:
        """Append a playback and return the whole session, without an event loop."""
        entry = self._unexpired(user)
        if entry is not None and entry.request == report.request:
            return entry.session
        old = entry.session if entry is not None and entry.live else None
        session = advance(
            old,
            report.playback,
            self._rules.penalty,
            new_session=report.request,
            now_ms=report.now_ms,
            history_limit=self._rules.history_limit,
        )
        self._keep(user, session, report.request, live=not report.last)
        return session

    def record_soon(self, user: UserId, report: Report, done: Callable[[Session | Exception], None]) -> None:
        """Append a playback and hand over the whole session, at once."""
        done(self.record_now(user, report))

    def remember(self, user: UserId, session: Session, report: Report) -> None:
        """Take over a session that another store has just recorded."""
        self._keep(user, session, report.request, live=not report.last)

    async def put(self, user: UserId, kept: Kept) -> None:
        """Take over a session, unless what is held goes before it."""
        held = self._unexpired(user)
        if held is None or kept.goes_before(held.session.id, held.session.position):
            self._keep(user, kept.session, kept.request, live=kept.live)

    def users(self) -> list[UserId]:
        """Return those whose sessions are remembered, the latest heard last."""
        return list(self._entries)

    def kept(self, user: UserId, before: Collection[str] = ()) -> Kept | None:
        """Return what is kept of a user's latest session, live or ended."""
        entry = self._unexpired(user)
        return None if entry is None else Kept(entry.session, entry.request, entry.live, before)

    def repeated(self, user: UserId, request: str) -> Session | None:
        """Return the session as it was after a request, where that was the user's latest one."""
        entry = self._unexpired(user)
        return entry.session if entry is not None and entry.request == request else None

    async def get(self, user: UserId) -> Session | None:
        """Return the live session, or None."""
        entry = self._unexpired(user)
        return entry.session if entry is not None and entry.live else None

    async def delete(self, user: UserId) -> None:
        """End the live session, if there is one."""
        self._entries.pop(user, None)

    async def check(self) -> None:
        """Return at once: a dictionary always answers."""

    async def close(self) -> None:
        """Do nothing: sessions end with the process."""

    def _keep(self, user: UserId, session: Session, request: str, *, live: bool) -> None:
        self._entries[user] = _Entry(session, request, self._clock() + self._rules.ttl_s, live)
        self._entries.move_to_end(user)
        if len(self._entries) > self._capacity:
            self._entries.popitem(last=False)

    def _unexpired(self, user: UserId) -> _Entry | None:
        entry = self._entries.get(user)
        if entry is not None and entry.expires_s <= self._clock():
            del self._entries[user]
            return None
        return entry
