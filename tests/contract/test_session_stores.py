"""One suite over every session store: what the protocol promises, each keeps."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count
from math import nextafter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sessions.store import Kept
from strategies.penalty import PenaltyRule
from tests.contract.conftest import OVER_A_SERVER, OVER_SEVERAL, OpenStore
from tests.stores import RULES, report

pytestmark = pytest.mark.anyio
every_store = pytest.mark.parametrize("kind", ["memory", *OVER_A_SERVER, *OVER_SEVERAL])

AWKWARD = ["a b", 'it\'s "q"', "two\nlines", "\\n\\", "Ünï✓🎵", "\u2028", "null", "[1]", "%s%d", "x" * 256]
USERS = count(1)
EDGES = st.sampled_from([0.0, 0.2, nextafter(0.2, 0), nextafter(0.2, 1), 1e-07, 1.0])


@every_store
async def test_the_first_playback_starts_a_session(open_store: OpenStore) -> None:
    """A session starts with its first playback, which is its anchor, at position 0."""
    store = open_store(RULES)
    assert await store.get(7) is None
    first = report(10, 0.5, now_ms=1_700_000_000_123)
    session = await store.record(7, first)
    assert session.id == first.request
    assert session.started_ms == 1_700_000_000_123
    assert (session.anchor, list(session.tracks), list(session.times)) == (10, [10], [0.5])
    assert (session.position, session.penalty, session.penalised) == (0, 0, False)
    assert await store.get(7) == session


@every_store
async def test_playbacks_gather(open_store: OpenStore) -> None:
    """The history grows in order; id, start and anchor stay those of the first playback."""
    store = open_store(RULES)
    first = await store.record(7, report(10, 0.1))
    await store.record(7, report(11, 0.123456789012345))
    session = await store.record(7, report(10, 1.0, now_ms=9000))
    assert (session.id, session.started_ms, session.anchor) == (first.id, first.started_ms, 10)
    assert list(session.tracks) == [10, 11, 10]
    assert list(session.times) == [0.1, 0.123456789012345, 1.0]
    assert session.position == 2
    assert await store.get(7) == session


@every_store
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    times=st.lists(EDGES | st.floats(0, 1), min_size=1, max_size=12),
    threshold=st.sampled_from([0.0, 0.2, 1e-07, 0.35]),
    most=st.integers(1, 6),
)
async def test_the_penalty_is_counted_by_the_rule(
    open_store: OpenStore, times: list[float], threshold: float, most: int
) -> None:
    """Whatever is heard, the counter is that of strategies.penalty.PenaltyRule."""
    rule = PenaltyRule(threshold, most)
    store = open_store(replace(RULES, penalty=rule))
    user, penalty = next(USERS), 0
    for time in times:
        penalty, penalised = rule.count(penalty, time)
        session = await store.record(user, report(1, time))
        assert (session.penalty, session.penalised) == (penalty, penalised)


@every_store
async def test_the_counter_starts_again_at_the_maximum(open_store: OpenStore) -> None:
    """Five skips of exactly the threshold bring one penalty, and five more the next."""
    store = open_store(RULES)
    seen = [await store.record(7, report(track, 0.2)) for track in range(10)]
    assert [session.penalty for session in seen] == [1, 2, 3, 4, 0] * 2
    assert [session.penalised for session in seen] == ([False] * 4 + [True]) * 2


@every_store
async def test_last_ends_the_session(open_store: OpenStore) -> None:
    """After `last` there is no live session, and the next playback starts one that knows nothing of it."""
    store = open_store(RULES)
    for track in range(4):
        await store.record(7, report(track, 0.0))
    ended = await store.record(7, report(4, 0.9, last=True))
    assert list(ended.tracks) == [0, 1, 2, 3, 4]
    assert await store.get(7) is None
    fresh = await store.record(7, report(99, 0.1))
    assert fresh.id != ended.id
    assert (fresh.anchor, list(fresh.tracks), fresh.position, fresh.penalty) == (99, [99], 0, 1)


@every_store
async def test_silence_ends_a_session(open_store: OpenStore) -> None:
    """A session ends its time-to-live after its latest playback, not after its first."""
    store = open_store(replace(RULES, ttl_s=1))
    silent = await store.record("silent", report(1))
    talking = await store.record("talking", report(1))
    await asyncio.sleep(0.6)
    await store.record("talking", report(2))
    await asyncio.sleep(0.6)
    assert await store.get("silent") is None
    assert (await store.record("silent", report(3))).id != silent.id
    assert (await store.record("talking", report(3))).id == talking.id


@every_store
@pytest.mark.parametrize("limit", [2, 5])
async def test_the_history_is_capped(open_store: OpenStore, limit: int) -> None:
    """The oldest playbacks drop at the cap; anchor and position go on."""
    store = open_store(replace(RULES, history_limit=limit))
    for track in range(12):
        session = await store.record(7, report(track, track / 100))
        heard = range(track + 1)[-limit:]
        assert list(session.tracks) == list(heard)
        assert list(session.times) == [heard_track / 100 for heard_track in heard]
        assert (session.anchor, session.position) == (0, track)


@every_store
@pytest.mark.parametrize("last", [False, True])
async def test_a_repeated_request_changes_nothing(open_store: OpenStore, last: bool) -> None:
    """A report under the latest request id is counted once and answered the same, also where it ended the session."""
    store = open_store(RULES)
    await store.record(7, report(1, 0.0))
    first = await store.record(7, report(2, 0.0, "again", last=last))
    live = await store.get(7)
    assert await store.record(7, report(2, 0.0, "again", last=last)) == first
    assert await store.get(7) == live


@every_store
async def test_concurrent_playbacks_are_all_counted(open_store: OpenStore, kind: str) -> None:
    """A hundred playbacks of one user at once, by two clients, get a hundred positions."""
    rules = replace(RULES, history_limit=1000, penalty=PenaltyRule(0.2, 1000))
    stores = [open_store(rules)] * 2 if kind == "memory" else [open_store(rules), open_store(rules)]
    sessions = await asyncio.gather(*(stores[i % 2].record(7, report(i, 0.0)) for i in range(100)))
    assert sorted(session.position for session in sessions) == list(range(100))
    assert sorted(session.penalty for session in sessions) == list(range(1, 101))
    assert sorted(max(sessions, key=lambda session: session.position).tracks) == list(range(100))


@every_store
async def test_many_may_look_and_end_at_once(open_store: OpenStore) -> None:
    """However many sessions are looked up and ended together, each waits its turn and none is refused."""
    store = open_store(RULES)
    users = range(300)
    for user in users:
        await store.record(user, report(1))
    found = await asyncio.gather(*(store.get(user) for user in users))
    assert all(session is not None for session in found)
    await asyncio.gather(*(store.delete(user) for user in users))
    assert [await store.get(user) for user in users] == [None] * len(users)


@every_store
async def test_ids_are_kept_to_the_letter(open_store: OpenStore) -> None:
    """Users and tracks with spaces, quotes, line ends or any letters do not run into one another."""
    store = open_store(RULES)
    for user in AWKWARD:
        for track in (AWKWARD[0], user):
            session = await store.record(user, report(track))
        assert list(session.tracks) == [AWKWARD[0], user]
        assert await store.get(user) == session


@every_store
async def test_asking_whether_it_answers_touches_nobody(open_store: OpenStore) -> None:
    """What a check writes is the session of no user, whatever their name."""
    store = open_store(RULES)
    for user in ("check", "check:", "*"):
        await store.record(user, report(1))
        await store.check()
        assert (await store.record(user, report(2))).position == 1


@every_store
async def test_big_integers_are_kept(open_store: OpenStore) -> None:
    """Integer ids of 64 bits are not rounded."""
    store = open_store(RULES)
    big = 2**63 - 1
    session = await store.record(-big, report(big, now_ms=1_700_000_000_123))
    assert (session.anchor, list(session.tracks)) == (big, [big])
    assert await store.get(big) is None


@every_store
async def test_put_and_delete(open_store: OpenStore) -> None:
    """A session that was put goes on where it was, under its request id; a deleted one is gone."""
    store = open_store(RULES)
    left = replace(await store.record("a", report("t 1\u00e9", 0.1)), penalty=3, position=41)
    await store.put("b\n", Kept(left, "r-put", live=True, before=()))
    assert await store.get("b\n") == left
    assert await store.record("b\n", report("x", 1.0, "r-put")) == left
    session = await store.record("b\n", report("t 2", 0.1))
    assert (session.id, session.anchor, session.position, session.penalty) == (left.id, "t 1\u00e9", 42, 4)
    for _ in range(2):
        await store.delete("b\n")
    assert await store.get("b\n") is None
    assert await store.get("a") is not None
    await store.check()


@every_store
@pytest.mark.parametrize(
    ("changes", "before", "taken"),
    [
        ({"position": 3}, "", True),
        ({"position": 3}, "held", True),
        ({"position": 2}, "held", False),
        ({"position": 1}, "", False),
        ({"id": "later", "position": 0}, "held later", True),
        ({"id": "later", "position": 0}, "earlier held between later", True),
        ({"id": "later", "position": 9}, "another", False),
        ({"id": "later", "position": 9}, "", False),
    ],
    ids=[
        "more",
        "more of what was before",
        "as much",
        "less",
        "the next",
        "a later one",
        "of another worker",
        "of unknown origin",
    ],
)
async def test_what_is_put_does_not_undo_what_others_did(
    open_store: OpenStore, changes: dict[str, Any], before: str, taken: bool
) -> None:
    """More of the held session, or the one that followed it, is taken over; any other is not."""
    store = open_store(RULES)
    for name in ("held", "r-2", "r-3"):
        held = await store.record(7, report(1, 1.0, name))
    assert (held.id, held.position) == ("held", 2)
    other = replace(held, tracks=[5], times=[0.5], **changes)
    await store.put(7, Kept(other, "r-9", live=True, before=before.split()))
    assert await store.get(7) == (other if taken else held)


@every_store
async def test_an_ended_session_can_be_put(open_store: OpenStore) -> None:
    """A session that ended elsewhere has ended here too, and its last request is known."""
    store = open_store(RULES)
    held = await store.record(7, report(1, 1.0, "held"))
    ended = replace(held, position=1)
    await store.put(7, Kept(ended, "r-last", live=False, before=["held"]))
    assert await store.get(7) is None
    assert await store.record(7, report(1, 1.0, "r-last", last=True)) == ended
    assert (await store.record(7, report(2, 1.0, "next"))).id == "next"
