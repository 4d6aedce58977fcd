"""What can happen to a session store's server: its scripts are flushed, its keys are damaged."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import ExitStack

import pytest

from app.sessions.redis import RedisStore
from app.sessions.store import DamagedSessionError, StoreError
from strategies.session import Session
from tests.contract.conftest import OVER_A_SERVER, OpenStore
from tests.stores import RULES, client, report

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("kind", OVER_A_SERVER)
async def test_flushed_scripts_are_loaded_again(open_store: OpenStore, url: str) -> None:
    """After SCRIPT FLUSH playbacks are counted as before, alone and many at once."""
    store = open_store(RULES)
    await store.record(7, report(0))
    with client(url) as redis:
        redis.script_flush()
        assert (await store.record(7, report(1))).position == 1
        redis.script_flush()
    sessions = await asyncio.gather(*(store.record(user, report(user)) for user in range(20)))
    assert [session.position for session in sessions] == [2 if user == 7 else 0 for user in range(20)]


@pytest.mark.parametrize("kind", ["embedded", "plain", "debian"])
@pytest.mark.parametrize("damage", ["another type", "not JSON", "a field is missing"])
async def test_a_damaged_session_harms_nobody_else(open_store: OpenStore, url: str, prefix: str, damage: str) -> None:
    """A key that holds no session is a DamagedSessionError for its user alone, also in a shared round trip."""
    store = open_store(RULES)
    await store.record("hurt", report(1))
    with client(url) as redis:
        if damage == "another type":
            redis.set(f"{prefix}hurt", "nonsense")
        elif damage == "not JSON":
            redis.hset(f"{prefix}hurt", "tracks", "{")
        else:
            redis.hdel(f"{prefix}hurt", "times")
    names = ["a", "b", "hurt", "c", "d"]
    assert isinstance(store, RedisStore)
    found = dict(zip(names, await store.record_all([(name, report(2)) for name in names]), strict=True))
    assert isinstance(found.pop("hurt"), DamagedSessionError)
    assert [session.position for session in found.values() if isinstance(session, Session)] == [0, 0, 0, 0]
    with pytest.raises(DamagedSessionError):
        await store.get("hurt")
    await store.delete("hurt")
    assert (await store.record("hurt", report(3))).position == 0


@pytest.mark.parametrize("kind", ["cluster"])
async def test_a_shared_round_trip_goes_to_every_node(open_store: OpenStore, url: str) -> None:
    """Sessions of all slots are recorded together, each node's in one pipeline, and every one is found again."""
    store = open_store(RULES)
    users = range(60)
    for position in range(3):
        with ExitStack() as stack:
            hosts = url.rpartition("//")[2].split(",")
            nodes = [stack.enter_context(client(f"redis://{host}")) for host in hosts]
            before = [node.info("stats")["total_reads_processed"] for node in nodes]
            sessions = await asyncio.gather(*(store.record(user, report(user)) for user in users))
            reads = [node.info("stats")["total_reads_processed"] for node in nodes]
        assert [session.position for session in sessions] == [position] * len(users)
    assert len({session.id for session in sessions}) == len(users)
    # All go together; what a node reads once more is our own question.
    new = [after - then - 1 for after, then in zip(reads, before, strict=True)]
    assert min(new) >= 1
    assert sum(new) <= len(nodes)


@pytest.mark.parametrize("kind", ["plain"])
async def test_who_does_not_answer_in_time_is_told_so(open_store: OpenStore, url: str) -> None:
    """A server that is silent is an error that says why, although a time-out has no words of its own."""
    store = open_store(RULES)
    await store.record(7, report(0))
    with client(url) as redis:
        stopped = int(redis.info("server")["process_id"])
    os.kill(stopped, signal.SIGSTOP)
    try:
        with pytest.raises(StoreError, match=r"does not answer: [A-Za-z]"):
            await store.record(7, report(1))
    finally:
        os.kill(stopped, signal.SIGCONT)
