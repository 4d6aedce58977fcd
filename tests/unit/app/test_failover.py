"""Sessions while the store is away, by a clock that the test turns."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import pytest

from app.sessions.failover import FailoverStore
from app.sessions.memory import MemoryStore
from app.sessions.store import DamagedSessionError, Kept, Report, StoreError
from strategies.session import Session, UserId
from tests.stores import RULES, report

pytestmark = pytest.mark.anyio
Argument = TypeVar("Argument")
Result = TypeVar("Result")


class Remote(MemoryStore):
    """A store that can be away, or hold something damaged for one user; what is done together is one call."""

    def __init__(self) -> None:
        super().__init__(RULES, clock=lambda: 0.0)
        self.away = False
        self.damaged: UserId | None = None
        self.asked = 0

    def _reach(self) -> None:
        self.asked += 1
        if self.away:
            raise StoreError("gone fishing")

    async def _of_each(
        self, calls: Sequence[tuple[UserId, Argument]], call: Callable[[UserId, Argument], Awaitable[Result]]
    ) -> list[Result | StoreError]:
        await asyncio.sleep(0)
        try:
            self._reach()
        except StoreError as error:
            return [error] * len(calls)
        damaged = DamagedSessionError("damaged")
        return [damaged if user == self.damaged else await call(user, argument) for user, argument in calls]

    async def record_all(self, reports: Sequence[tuple[UserId, Report]]) -> Sequence[Session | StoreError]:
        """Record, where it is not away."""
        return await self._of_each(reports, super().record)

    async def get(self, user: UserId) -> Session | None:
        """Get, where it is not away."""
        self._reach()
        return await super().get(user)

    async def put(self, user: UserId, kept: Kept) -> None:
        """Put, where it is not away."""
        self._reach()
        await super().put(user, kept)

    async def put_all(self, sessions: Sequence[tuple[UserId, Kept]]) -> Sequence[StoreError | None]:
        """Put, where it is not away."""
        return await self._of_each(sessions, super().put)

    async def delete(self, user: UserId) -> None:
        """Delete, where it is not away."""
        self._reach()
        await super().delete(user)

    async def delete_all(self) -> None:
        """Lose every session."""
        for user in self.users():
            await MemoryStore.delete(self, user)

    async def check(self) -> None:
        """Answer, where it is not away."""
        self._reach()


class Case:
    """A failover store over a remote one."""

    def __init__(self) -> None:
        self.remote = Remote()
        self.twin = MemoryStore(RULES, clock=lambda: 0.0)
        self.store = FailoverStore(self.remote, self.twin)

    async def play(self, *tracks: int, last: bool = False) -> Session:
        """Record playbacks of user 7, each fully heard; return the session after them."""
        for track in tracks:
            session = await self.store.record(7, report(track, last=last))
        return session

    def go(self) -> None:
        """Take the remote store away."""
        self.remote.away = True

    async def come_back(self) -> None:
        """Bring the remote store back, and let it be noticed."""
        self.remote.away = False
        await self.store.check()


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
    await case.come_back()
    after = await case.play(5)
    assert (after.id, after.tracks, after.position) == (before.id, [1, 2, 3, 4, 5], 4)
    assert await case.remote.get(7) == after
    assert case.store.reason == ""


async def test_a_session_that_started_meanwhile_is_written_back(case: Case) -> None:
    """A listener who came while the store was away keeps their history too."""
    case.go()
    during = await case.play(1, 2)
    await case.come_back()
    after = await case.play(3)
    assert (after.id, after.tracks) == (during.id, [1, 2, 3])


async def test_a_session_that_ended_meanwhile_has_ended(case: Case) -> None:
    """A `last` while the store is away is not forgotten: what comes next is a new session."""
    before = await case.play(1, 2)
    case.go()
    await case.play(3, last=True)
    assert await case.store.get(7) is None
    await case.come_back()
    after = await case.play(4)
    assert after.id != before.id
    assert (after.tracks, after.position) == ([4], 0)
    assert await case.remote.get(7) == after


async def test_no_listener_waits_for_an_absent_store(case: Case) -> None:
    """After one failure the store is asked by checks alone, and the first that succeeds ends the absence."""
    case.go()
    await case.play(*range(5))
    await case.store.get(7)
    assert (case.remote.asked, case.store.errors, case.store.openings) == (1, 1, 1)
    with pytest.raises(StoreError):
        await case.store.check()
    case.remote.away = False
    await case.play(6)
    assert case.remote.asked == 2
    await case.store.check()
    assert (case.store.reason, case.store.openings) == ("", 1)


async def test_what_was_played_is_written_back_at_once(case: Case) -> None:
    """When the store is back every session is written to it, before its listener plays on, perhaps elsewhere."""
    before = await case.play(1, 2)
    case.go()
    during = await case.play(3)
    for user in range(1000, 1600):
        await case.store.record(user, report(user))
    assert case.store.degraded == 601
    await case.come_back()
    assert case.store.degraded == 0
    assert await case.remote.get(7) == during
    assert during.id == before.id
    assert [(await case.remote.get(user)).tracks for user in (1000, 1599)] == [[1000], [1599]]  # type: ignore[union-attr]


async def test_a_store_that_comes_back_empty_is_filled(case: Case) -> None:
    """What the store has lost it gets back from memory, also of listeners who did not play meanwhile."""
    before = await case.play(1, 2)
    case.go()
    await case.store.record(8, report(5))
    await case.remote.delete_all()
    await case.come_back()
    assert await case.remote.get(7) == before
    assert (await case.play(3)).tracks == [1, 2, 3]


async def test_a_session_that_followed_meanwhile_goes_on(case: Case) -> None:
    """Where a session ended and the next one began while the store was away, the next one is written back."""
    await case.play(1, 2)
    case.go()
    await case.play(3, last=True)
    during = await case.play(4, 5)
    await case.come_back()
    assert await case.remote.get(7) == during
    assert (await case.play(6)).tracks == [4, 5, 6]


async def test_a_call_that_reaches_the_store_late_does_no_harm(case: Case) -> None:
    """Where the store counts, on its return, a playback that was given up on, later sessions go on all the same."""
    await case.play(1, last=True)
    case.go()
    late = report(2, 1.0, "late")
    await case.store.record(7, late)
    await case.play(3, last=True)
    during = await case.play(4, 5)
    await MemoryStore.record(case.remote, 7, late)
    await case.come_back()
    assert await case.remote.get(7) == during


async def test_a_store_that_is_busy_is_not_away(case: Case) -> None:
    """What the store has no room for goes on in memory, without opening the circuit, and is written back."""
    await case.play(1)
    store = FailoverStore(case.remote, case.twin, max_waiting=0)
    first, second = await asyncio.gather(store.record(8, report(5)), store.record(7, report(2)))
    assert (first.tracks, second.tracks) == ([5], [1, 2])
    assert (store.reason, store.degraded, store.errors) == ("", 1, 1)
    assert (await store.record(7, report(3))).tracks == [1, 2, 3]
    assert await case.remote.get(7) == await store.get(7)


async def test_what_comes_meanwhile_shares_a_call(case: Case) -> None:
    """Two playbacks are one call, and three that come while it is under way the next, in their order."""
    answers: list[Session | Exception] = []
    for track in (1, 2):
        case.store.record_soon(7, report(track), answers.append)
    sessions = await asyncio.gather(*(case.store.record(user, report(3)) for user in (7, 8, 9)))
    assert [list(answer.tracks) for answer in answers if isinstance(answer, Session)] == [[1], [1, 2]]
    assert [list(session.tracks) for session in sessions] == [[1, 2, 3], [3], [3]]
    assert case.remote.asked == 2


async def test_who_waits_while_the_store_goes_waits_once(case: Case) -> None:
    """Those behind a call that fails go on in memory without another call, and those who come then at once."""
    case.store = FailoverStore(case.remote, case.twin, max_batch=2)
    case.go()
    sessions = await asyncio.gather(*(case.store.record(user, report(1)) for user in range(6)))
    assert [list(session.tracks) for session in sessions] == [[1]] * 6
    answers: list[Session | Exception] = []
    case.store.record_soon(0, report(2), answers.append)
    assert [list(answer.tracks) for answer in answers if isinstance(answer, Session)] == [[1, 2]]
    assert (case.remote.asked, case.store.openings, case.store.degraded) == (1, 1, 6)


async def test_another_worker_that_went_on_is_not_overwritten(case: Case) -> None:
    """Where the real store holds another session by then, that one goes on."""
    await case.play(1, 2)
    case.go()
    await case.play(3)
    other = await MemoryStore.record(case.remote, 7, report(50, last=True))
    assert other.tracks == [1, 2, 50]
    begun = await MemoryStore.record(case.remote, 7, report(60))
    await case.come_back()
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
    await case.come_back()
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
    for call in (case.store.delete(7), case.store.check(), case.store.put(7, Kept(session, "r", live=True, before=()))):
        with pytest.raises(StoreError, match="gone fishing"):
            await call


async def test_what_could_not_be_ended_goes_on(case: Case) -> None:
    """Where ending a session fails, before the absence is noticed or after, this worker has it still."""
    before = await case.play(1, 2)
    case.go()
    with pytest.raises(StoreError):
        await case.store.delete(7)
    during = await case.play(3)
    assert (during.id, during.tracks) == (before.id, [1, 2, 3])
    with pytest.raises(StoreError):
        await case.store.delete(7)
    assert await case.store.get(7) == during
    await case.come_back()
    assert await case.remote.get(7) == during


async def test_what_was_ended_has_ended_everywhere(case: Case) -> None:
    """After ending a session neither the store nor this worker's memory has it, and none of it is written back."""
    before = await case.play(1)
    case.go()
    await case.play(2)
    await case.come_back()
    await case.store.delete(7)
    case.go()
    assert (await case.play(3)).id != before.id
    await case.come_back()
    assert (await case.play(4)).tracks == [3, 4]


async def test_a_repeated_last_counts_once_across_the_failure(case: Case) -> None:
    """A `last` that was counted while the store was away, and comes again after its return, starts no session."""
    await case.play(1)
    case.go()
    away = report(2, 1.0, "closing", last=True)
    during = await case.store.record(7, away)
    await case.come_back()
    assert await case.store.record(7, away) == during
    assert await case.remote.get(7) is None


async def test_a_session_that_the_twin_forgot_goes_on(case: Case) -> None:
    """Where the twin had to drop a listener's session, the real store's one is taken up, and not ended."""
    before = await case.play(1, 2)
    case.go()
    await case.play(3)
    await case.twin.delete(7)
    await case.come_back()
    after = await case.play(4)
    assert (after.id, after.tracks) == (before.id, [1, 2, 4])
