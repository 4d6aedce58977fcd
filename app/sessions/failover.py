"""Sessions while the store is away: each worker goes on with what it last saw, and writes it back afterwards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from app.sessions.memory import MemoryStore
from app.sessions.store import DamagedSessionError, Kept, Report, SessionStore, StoreBusyError, StoreError
from strategies.session import Session, UserId

logger = logging.getLogger(__name__)
PAID_AT_ONCE = 256  # sessions written back together


class FailoverStore:
    """A store that always answers: the real one, and its memory twin for as long as that one is away.

    It is a circuit breaker. A failed call opens the circuit, and from then on the twin answers at once; no listener
    waits for the store again until a ``check``, which others make now and then, finds that it is back. The check
    first writes back what was played meanwhile, and what the store has lost, then closes the circuit.

    The twin is shown every session that the real store returns, so that a listener keeps their history when it
    goes. What was played meanwhile takes the place of what the store holds unless another worker has gone on with it.

    Args:
        store: The real store.
        twin: Of the same rules, in this process.
    """

    def __init__(self, store: SessionStore, twin: MemoryStore) -> None:
        self._store = store
        self._twin = twin
        # Users whose latest playback only the twin has, with the ids of their sessions since the store last answered.
        # All of them: a call that was given up may still reach the store, and leave it in the midst of these.
        self._owed: dict[UserId, list[str]] = {}
        self.reason = ""  # why the circuit is open; empty: it is closed
        self.errors = 0  # calls that failed
        self.openings = 0  # of the circuit

    @property
    def degraded(self) -> int:
        """Sessions whose latest playback only the twin has."""
        return len(self._owed)

    async def record(self, user: UserId, report: Report) -> Session:
        """Append a playback and return the whole session; never raises StoreError."""
        if not self.reason:
            try:
                if user in self._owed:
                    again = self._twin.repeated(user, report.request)
                    await self._pay_back(user)
                    if again is not None:
                        return again
                session = await self._store.record(user, report)
            except StoreError as error:
                self._failed(error)
            else:
                self._twin.remember(user, session, report)
                return session
        before = self._twin.kept(user)
        passed = self._owed.setdefault(user, [before.session.id] if before else [])
        session = self._twin.record_now(user, report)
        if session.id not in passed:
            passed.append(session.id)
        return session

    async def get(self, user: UserId) -> Session | None:
        """Return the live session as far as it is known, or None."""
        if user not in self._owed and not self.reason:
            try:
                return await self._store.get(user)
            except StoreError as error:
                self._failed(error)
        return await self._twin.get(user)

    async def put(self, user: UserId, kept: Kept) -> None:
        """Take over a session, unless what is held goes before it.

        Raises:
            StoreError: The store is away.
        """
        await self._store.put(user, kept)
        await self._twin.put(user, kept)

    async def delete(self, user: UserId) -> None:
        """End the live session.

        Raises:
            StoreError: The store is away, so that the session cannot be ended for all workers.
        """
        await self._twin.delete(user)
        if self.reason:
            raise StoreError(self.reason)
        await self._store.delete(user)
        self._owed.pop(user, None)

    async def check(self) -> None:
        """Ask the real store; where it is back, write back what was played meanwhile and go on with it."""
        try:
            await self._store.check()
            if self.reason:
                await self._pay_back_all(self._twin.users())  # not only those owed: it may have come back empty
                logger.warning("the session store answers again")
            self.reason = ""
            await self._pay_back_all(list(self._owed))  # what was played while the others were written back
        except StoreError as error:
            self._failed(error)
            raise

    async def close(self) -> None:
        """Close the real store."""
        await self._store.close()

    async def _pay_back_all(self, users: Sequence[UserId]) -> None:
        for start in range(0, len(users), PAID_AT_ONCE):
            await asyncio.gather(*map(self._pay_back, users[start : start + PAID_AT_ONCE]))

    async def _pay_back(self, user: UserId) -> None:
        before = tuple(self._owed.get(user, ()))
        kept = self._twin.kept(user, before)
        if kept is not None:  # the twin had not to forget it
            try:
                await self._store.put(user, kept)
            except DamagedSessionError as error:
                logger.error("%s; what was played meanwhile is not written there", error)
        if self._twin.kept(user, before) == kept:  # nothing was played since
            self._owed.pop(user, None)

    def _failed(self, error: StoreError) -> None:
        self.errors += 1
        if isinstance(error, DamagedSessionError):
            logger.error("%s; this user's session goes on in this worker's memory", error)
        elif not isinstance(error, StoreBusyError):
            if not self.reason:
                self.openings += 1
                logger.warning("%s; sessions go on in this worker's memory", error)
            self.reason = str(error)
