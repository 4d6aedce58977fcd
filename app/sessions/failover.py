"""Sessions while the store is away: each worker goes on with what it last saw, and writes it back afterwards."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from app.sessions.memory import MemoryStore
from app.sessions.store import DamagedSessionError, Report, SessionStore, StoreError
from strategies.session import Session, UserId

logger = logging.getLogger(__name__)


class FailoverStore:
    """A store that always answers: the real one, and its memory twin for as long as that one is away.

    The twin is shown every session that the real store returns, so that a listener keeps their history when it
    goes. What was played meanwhile is written back with the listener's next playback, unless the real store holds
    another session of theirs by then.

    Args:
        store: The real store.
        twin: Of the same rules, in this process.
        retry_after_s: How often the real store is asked again while it is away.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        store: SessionStore,
        twin: MemoryStore,
        retry_after_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._twin = twin
        self._retry_after_s = retry_after_s
        self._clock = clock
        self._ask_again_s = 0.0
        self._owed: dict[UserId, str] = {}  # users whose latest playback only the twin has, with its request id
        self.reason = ""  # why the store is away; empty: it is not
        self.errors = 0  # calls that failed
        self.openings = 0  # times that it went away

    @property
    def degraded(self) -> int:
        """Sessions whose latest playback only the twin has."""
        return len(self._owed)

    async def record(self, user: UserId, report: Report) -> Session:
        """Append a playback and return the whole session; never raises StoreError."""
        if not self._is_away():
            try:
                if user in self._owed:
                    again = self._twin.repeated(user, report.request)
                    await self._pay_back(user)
                    if again is not None:
                        return again
                session = await self._store.record(user, report)
            except StoreError as error:
                self._went_away(error)
            else:
                self._came_back()
                self._twin.remember(user, session, report)
                return session
        self._owed[user] = report.request
        return self._twin.record_now(user, report)

    async def get(self, user: UserId) -> Session | None:
        """Return the live session as far as it is known, or None."""
        if user not in self._owed and not self._is_away():
            try:
                session = await self._store.get(user)
            except StoreError as error:
                self._went_away(error)
            else:
                self._came_back()
                return session
        return await self._twin.get(user)

    async def put(self, user: UserId, session: Session, request: str) -> None:
        """Make a session the live one.

        Raises:
            StoreError: The store is away.
        """
        await self._store.put(user, session, request)
        await self._twin.put(user, session, request)

    async def delete(self, user: UserId) -> None:
        """End the live session.

        Raises:
            StoreError: The store is away, so that the session cannot be ended for all workers.
        """
        await self._twin.delete(user)
        await self._store.delete(user)
        self._owed.pop(user, None)

    async def check(self) -> None:
        """Return when the real store answers."""
        try:
            await self._store.check()
        except StoreError as error:
            self._went_away(error)
            raise
        self._came_back()

    async def close(self) -> None:
        """Close the real store."""
        await self._store.close()

    async def _pay_back(self, user: UserId) -> None:
        kept = await self._twin.get(user)
        held = await self._store.get(user)
        if kept is not None and (held is None or (held.id == kept.id and held.position < kept.position)):
            await self._store.put(user, kept, self._owed[user])
        elif held is not None and self._twin.ended(user):
            await self._store.delete(user)  # the session ended while the store was away
        self._owed.pop(user, None)

    def _is_away(self) -> bool:
        """Whether to do without the store now; once per ``retry_after_s`` one call is let through to ask."""
        if not self.reason:
            return False
        now = self._clock()
        if now < self._ask_again_s:
            return True
        self._ask_again_s = now + self._retry_after_s
        return False

    def _went_away(self, error: StoreError) -> None:
        self.errors += 1
        if isinstance(error, DamagedSessionError):
            logger.error("%s; this user's session goes on in this worker's memory", error)
            return
        self.openings += not self.reason
        self.reason = str(error)
        self._ask_again_s = self._clock() + self._retry_after_s

    def _came_back(self) -> None:
        self.reason = ""
