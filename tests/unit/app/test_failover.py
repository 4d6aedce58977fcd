"""Sessions while the store is away, by a clock that the test turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.sessions.failover import FailoverStore
from app.sessions.memory import MemoryStore
from app.sessions.store import DamagedSessionError, Report, StoreError
from strategies.session import Session, UserId
from tests.stores import RULES, report

pytestmark = pytest.mark.anyio


class Remote(MemoryStore):
    """A store that can be away, or hold something damaged for one user."""

    def __init__(self) -> None:
        super().__init__(RULES, clock=lambda: 0.0)
        self.away = False
        self.damaged: UserId | None = None
        self.asked = 0

    def _reach(self, user: UserId | None = None) -> None:
        self.asked += 1
        if self.away:
            raise StoreError("gone fishing")
        if user is not None and user == self.damaged:
            raise DamagedSessionError("damaged")

    async def record(self, user: UserId, report: Report) -> Session:
        """Record, where it is not away."""
        self._reach(user)
        return await super().record(user, report)

    async def get(self, user: UserId) -> Session | None:
        """Get, where it is not away."""
        self._reach(user)
        return await super().get(user)

    async def put(self, user: UserId, session: Session, request: str) -> None:
        """Put, where it is not away."""
        self._reach()
        await super().put(user, session, request)

    async def delete(self, user: UserId) -> None:
        """Delete, where it is not away."""
        self._reach()
        await super().delete(user)

    async def check(self) -> None:
        """Answer, where it is not away."""
        self._reach()


class Case:
    """A failover store over a remote one, and the clock of both."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.remote = Remote()
        self.twin = MemoryStore(RULES, clock=lambda: self.now_s)
        self.store = FailoverStore(self.remote, self.twin, retry_after_s=1.0, clock=lambda: self.now_s)

    async def play(self, *tracks: int, last: bool = False) -> Session:
        """Record playbacks of user 7, each fully heard; return the session after them."""
        for track in tracks:
            session = await self.store.record(7, report(track, last=last))
        return session

    def go(self) -> None:
        """Take the remote store away."""
        self.remote.away = True

    def come_back(self) -> None:
        """Bring the remote store back, when it is due to be asked again."""
        self.remote.away = False
        self.now_s += 1.0


@pytest.fixture
def case() -> Case:
    """A failover store whose remote one answers."""
    return Case()


async def test_a_session_goes_on_through_an_absence(case: Case) -> None:
    """Away, the twin goes on with the same session; back, all of it is in the real store."""
    before = await case.play(1, 2)
    case.go()
    during = await case.play(3, 4)
    assert (during.id, during.tracks, during.position) == (before.id, [1, 2, 3, 4], 3)
    assert "gone fishing" in case.store.reason
    assert await case.store.get(7) == during
    case.come_back()
    after = await case.play(5)
    assert (after.id, after.tracks, after.position) == (before.id, [1, 2, 3, 4, 5], 4)
    assert await case.remote.get(7) == after
    assert case.store.reason == ""


async def test_a_session_that_started_meanwhile_is_written_back(case: Case) -> None:
    """A listener who came while the store was away keeps their history too."""
    case.go()
    during = await case.play(1, 2)
    case.come_back()
    after = await case.play(3)
    assert (after.id, after.tracks) == (during.id, [1, 2, 3])


async def test_a_session_that_ended_meanwhile_has_ended(case: Case) -> None:
    """A `last` while the store is away is not forgotten: what comes next is a new session."""
    before = await case.play(1, 2)
    case.go()
    await case.play(3, last=True)
    assert await case.store.get(7) is None
    case.come_back()
    after = await case.play(4)
    assert after.id != before.id
    assert (after.tracks, after.position) == ([4], 0)
    assert await case.remote.get(7) == after


async def test_the_store_is_asked_once_per_interval(case: Case) -> None:
    """While it is away the store is not asked for every playback, but once per retry_after_s."""
    case.go()
    await case.play(*range(5))
    assert case.remote.asked == 1
    case.now_s += 0.99
    await case.play(6)
    assert case.remote.asked == 1
    case.now_s += 0.02
    await case.play(*range(5))
    assert case.remote.asked == 2


async def test_another_worker_that_went_on_is_not_overwritten(case: Case) -> None:
    """Where the real store holds another session by then, that one goes on."""
    await case.play(1, 2)
    case.go()
    await case.play(3)
    case.come_back()
    other = await MemoryStore.record(case.remote, 7, report(50, last=True))
    assert other.tracks == [1, 2, 50]
    begun = await MemoryStore.record(case.remote, 7, report(60))
    after = await case.play(4)
    assert (after.id, after.tracks) == (begun.id, [60, 4])


async def test_a_repeated_request_counts_once_across_the_failure(case: Case) -> None:
    """A report that the store counted before it went, or the twin before it came back, is not counted again."""
    await case.play(1)
    again = report(2, 0.1, "again")
    counted = await case.store.record(7, again)
    case.go()
    assert await case.store.record(7, again) == counted
    away = report(3, 0.1, "away")
    during = await case.store.record(7, away)
    case.come_back()
    assert await case.store.record(7, away) == during


async def test_a_damaged_session_is_its_users_trouble_only(case: Case) -> None:
    """A damaged session goes on in memory, and nobody else's store is taken to be away."""
    case.remote.damaged = 7
    assert (await case.play(1, 2)).position == 1
    assert case.store.reason == ""
    await case.store.record(8, report(1))
    assert await case.remote.get(8) is not None


async def test_ending_and_checking_tell_that_the_store_is_away(case: Case) -> None:
    """What all workers must see cannot be done in one worker's memory, and says so."""
    session = await case.play(1)
    case.go()
    for call in (case.store.delete(7), case.store.check(), case.store.put(7, replace(session, position=9), "r")):
        with pytest.raises(StoreError, match="gone fishing"):
            await call


async def test_a_check_notices_the_return(case: Case) -> None:
    """A check that succeeds ends the absence before the next playback would ask."""
    case.go()
    await case.play(1)
    case.remote.away = False
    await case.store.check()
    assert case.store.reason == ""
    assert (await case.play(2)).tracks == [1, 2]


async def test_a_repeated_last_counts_once_across_the_failure(case: Case) -> None:
    """A `last` that was counted while the store was away, and comes again after its return, starts no session."""
    await case.play(1)
    case.go()
    away = report(2, 1.0, "closing", last=True)
    during = await case.store.record(7, away)
    case.come_back()
    assert await case.store.record(7, away) == during
    assert await case.remote.get(7) is None


async def test_a_session_that_the_twin_forgot_goes_on(case: Case) -> None:
    """Where the twin had to drop a listener's session, the real store's one is taken up, and not ended."""
    before = await case.play(1, 2)
    case.go()
    await case.play(3)
    await case.twin.delete(7)
    case.come_back()
    after = await case.play(4)
    assert (after.id, after.tracks) == (before.id, [1, 2, 4])
