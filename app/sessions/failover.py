"""Sessions while the store is away: each worker goes on with what it last saw, and writes it back afterwards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from app.sessions.coalesce import Coalescer
from app.sessions.memory import MemoryStore
from app.sessions.store import BatchStore, DamagedSessionError, Kept, Report, StoreError
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

    Playbacks that come while others are being recorded share the next call to the store.

    Args:
        store: The real store.
        twin: Of the same rules, in this process.
        max_batch: Playbacks recorded by one call at most.
        max_waiting: Playbacks that may wait for the store; further ones go on in the twin.
    """

    def __init__(self, store: BatchStore, twin: MemoryStore, max_batch: int = 256, max_waiting: int = 1024) -> None:
        self._store = store
        self._twin = twin
        self._together = Coalescer(self._record_all, max_batch, max_waiting)
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
                return await self._together((user, report))
            except asyncio.QueueFull:
                self.errors += 1
        return self._go_on(user, report)

    def record_soon(self, user: UserId, report: Report, done: Callable[[Session | Exception], None]) -> None:
        """Append a playback and hand over the whole session; it is never a StoreError."""
        if not self.reason:
            try:
                self._together.submit((user, report), done)
            except asyncio.QueueFull:
                self.errors += 1
            else:
                return
        done(self._go_on(user, report))

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
            StoreError: The store is away, so that the session cannot be ended for all workers; it goes on.
        """
        if self.reason:
            raise StoreError(self.reason)
        await self._store.delete(user)
        await self._twin.delete(user)
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

    async def _record_all(self, reports: Sequence[tuple[UserId, Report]]) -> list[Session]:
        """Return the session after each playback: from the store, or from the twin where that fails."""
        repeated = await self._pay_back_before(reports) if self._owed and not self.reason else {}
        if self.reason:
            return [self._go_on(user, report) for user, report in reports]
        new = [report for place, report in enumerate(reports) if place not in repeated]
        answers = iter(await self._store.record_all(new)) if new else iter(())
        return [
            repeated[place] if place in repeated else self._recorded(user, report, next(answers))
            for place, (user, report) in enumerate(reports)
        ]

    async def _pay_back_before(self, reports: Sequence[tuple[UserId, Report]]) -> dict[int, Session]:
        """Write back what the twin alone has of some users; return the sessions of reports that it has seen already."""
        owed = {place: call for place, call in enumerate(reports) if call[0] in self._owed}
        repeated = {place: self._twin.repeated(user, report.request) for place, (user, report) in owed.items()}
        try:
            await self._pay_back_all([user for user, _ in owed.values()])
        except StoreError as error:
            self._failed(error)
        return {place: session for place, session in repeated.items() if session is not None}

    def _recorded(self, user: UserId, report: Report, answer: Session | StoreError) -> Session:
        if isinstance(answer, StoreError):
            self._failed(answer)
            return self._go_on(user, report)
        self._twin.remember(user, answer, report)
        return answer

    def _go_on(self, user: UserId, report: Report) -> Session:
        """Record a playback in the twin alone, to be written back."""
        before = self._twin.kept(user)
        passed = self._owed.setdefault(user, [before.session.id] if before else [])
        session = self._twin.record_now(user, report)
        if session.id not in passed:
            passed.append(session.id)
        return session

    async def _pay_back_all(self, users: Sequence[UserId]) -> None:
        for start in range(0, len(users), PAID_AT_ONCE):
            await self._pay_back(users[start : start + PAID_AT_ONCE])

    async def _pay_back(self, users: Sequence[UserId]) -> None:
        """Write back what the twin has of some users.

        Raises:
            StoreError: The store is away.
        """
        before = {user: tuple(self._owed.get(user, ())) for user in users}
        kept = {user: self._twin.kept(user, passed) for user, passed in before.items()}
        held = [(user, one) for user, one in kept.items() if one is not None]  # what the twin had not to forget
        for failed in await self._store.put_all(held) if held else ():
            if isinstance(failed, DamagedSessionError):
                logger.error("%s; what was played meanwhile is not written there", failed)
            elif failed is not None:
                raise failed
        for user, passed in before.items():
            if self._twin.kept(user, passed) == kept[user]:  # nothing was played since
                self._owed.pop(user, None)

    def _failed(self, error: StoreError) -> None:
        self.errors += 1
        if isinstance(error, DamagedSessionError):
            logger.error("%s; this user's session goes on in this worker's memory", error)
            return
        if not self.reason:
            self.openings += 1
            logger.warning("%s; sessions go on in this worker's memory", error)
        self.reason = str(error)
