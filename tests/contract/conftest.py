"""Every kind of session store, over the real servers that it needs."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from uuid import uuid4

import pytest

from app.sessions.embedded import EmbeddedServer, find_binary
from app.sessions.failover import FailoverStore
from app.sessions.memory import MemoryStore
from app.sessions.redis import RedisStore
from app.sessions.store import SessionRules, SessionStore
from app.settings.models import RedisSettings
from tests.stores import cluster, plain_server, sentinels

OVER_A_SERVER = ["failover", "embedded", "plain", "debian"]
OVER_SEVERAL = ["cluster", "sentinel"]
SERVER_OF = {"failover": "embedded"} | {kind: kind for kind in [*OVER_A_SERVER[1:], *OVER_SEVERAL]}

OpenStore = Callable[[SessionRules], SessionStore]


@pytest.fixture(scope="session")
def embedded_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an embedded server."""
    binary = find_binary()
    if binary is None:
        pytest.skip("there is no embedded server for this platform")
    server = EmbeddedServer(tmp_path_factory.mktemp("embedded"), binary)
    server.ensure()
    yield server.url
    server.release()


@pytest.fixture(scope="session")
def plain_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Valkey on a TCP port."""
    binary = shutil.which("valkey-server") or find_binary()
    if binary is None:
        pytest.skip("there is neither a valkey-server nor a redis-server")
    with plain_server(binary, tmp_path_factory.mktemp("plain")) as url:
        yield url


@pytest.fixture(scope="session")
def redis_server() -> str:
    """The distribution's own Redis."""
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("there is no redis-server on PATH")
    return binary


@pytest.fixture(scope="session")
def debian_url(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the distribution's own Redis."""
    with plain_server(redis_server, tmp_path_factory.mktemp("debian")) as url:
        yield url


@pytest.fixture(scope="session")
def cluster_url(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis Cluster of three nodes."""
    with cluster(redis_server, tmp_path_factory.mktemp("cluster")) as url:
        yield url


@pytest.fixture(scope="session")
def sentinel_url(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis, its replica and three sentinels."""
    with sentinels(redis_server, tmp_path_factory.mktemp("sentinel")) as (url, _):
        yield url


@pytest.fixture
def prefix() -> str:
    """What this test's keys start with."""
    return f"{uuid4().hex}:"


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest) -> str:
    """The server under a kind of store; empty for the memory twin."""
    return request.getfixturevalue(f"{SERVER_OF[kind]}_url") if kind in SERVER_OF else ""


@pytest.fixture
async def open_store(kind: str, url: str, prefix: str) -> AsyncIterator[OpenStore]:
    """Open stores of a kind by given rules; all of one test share its keys."""
    opened: list[SessionStore] = []

    def open_one(rules: SessionRules) -> SessionStore:
        store: SessionStore = MemoryStore(rules)
        if kind != "memory":
            remote = RedisStore(url, RedisSettings(key_prefix=prefix, timeout_s=5, deadline_s=10), rules)
            # Over several servers as the service has it, which makes one call of many.
            store = FailoverStore(remote, MemoryStore(rules)) if kind in ["failover", *OVER_SEVERAL] else remote
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        await store.close()
