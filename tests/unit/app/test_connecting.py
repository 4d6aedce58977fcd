"""What a store's URL names."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis, RedisCluster, SSLConnection
from redis.asyncio.sentinel import SentinelConnectionPool

from app.sessions.connecting import connect, disconnect
from app.settings.models import RedisSettings
from strategies.errors import ConfigurationError

pytestmark = pytest.mark.anyio
SETTINGS = RedisSettings(timeout_s=0.25)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://ann:s%20t@h:1/2", {"host": "h", "port": 1, "db": 2, "username": "ann", "password": "s t"}),
        ("unix:///tmp/a.sock?db=3", {"path": "/tmp/a.sock", "db": 3}),  # noqa: S108 - nothing is opened
        ("rediss://h?ssl_ca_certs=/ca.pem", {"host": "h", "ssl_ca_certs": "/ca.pem"}),
    ],
)
async def test_one_server(url: str, expected: dict[str, object]) -> None:
    """A plain URL is redis-py's own, with Segue's limits; the time for an answer is up to who calls."""
    client = connect(url, SETTINGS)
    assert isinstance(client, Redis)
    options = client.connection_pool.connection_kwargs
    assert (
        options.items()
        >= (expected | {"socket_connect_timeout": 0.25, "socket_timeout": None, "decode_responses": True}).items()
    )
    await disconnect(client)


async def test_sentinels() -> None:
    """A sentinel's URL names every sentinel, the service, the database and the server's own user."""
    client = connect("redis+sentinel://ann:secret@a:1,[::1],b:3/music/4", SETTINGS)
    assert isinstance(client, Redis)
    pool = client.connection_pool
    assert isinstance(pool, SentinelConnectionPool)
    assert (pool.service_name, pool.is_master) == ("music", True)
    places = [sentinel.connection_pool.connection_kwargs for sentinel in pool.sentinel_manager.sentinels]
    assert [(place["host"], place["port"]) for place in places] == [("a", 1), ("::1", 26379), ("b", 3)]
    assert not any(place.get("password") for place in places)
    assert pool.connection_kwargs.items() >= {"db": 4, "username": "ann", "password": "secret"}.items()
    await disconnect(client)


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
async def test_a_cluster(scheme: str) -> None:
    """A cluster's URL names some of its nodes; with rediss each is spoken to over TLS."""
    client = connect(f"{scheme}+cluster://:secret@a:1,b", SETTINGS)
    assert isinstance(client, RedisCluster)
    nodes = client.nodes_manager.startup_nodes.values()
    assert sorted((node.host, node.port) for node in nodes) == [("a", 1), ("b", 6379)]
    options = client.nodes_manager.connection_kwargs
    assert options["socket_timeout"] == 0.25
    assert options["password"] == "secret"  # noqa: S105 - invented
    assert (options["connection_class"] is SSLConnection) == (scheme == "rediss")
    await disconnect(client)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://h", "schemes"),
        ("redis+ring://h", "'ring'"),
        ("redis+sentinel://h", "/service"),
        ("redis+sentinel://h/s/x", "'x'"),
        ("redis+cluster://h/s", "/service"),
        ("redis+cluster://", "no host"),
        ("redis+cluster://h:x", "x"),
        ("mysql+cluster://h", "schemes"),
    ],
)
def test_a_url_that_names_nothing(url: str, reason: str) -> None:
    """What cannot be understood is refused with the URL and the reason."""
    with pytest.raises(ConfigurationError, match=reason) as refused:
        connect(url, SETTINGS)
    assert url in str(refused.value)


def test_no_error_shows_a_password() -> None:
    """A URL that is refused is shown without the user and the password in it."""
    with pytest.raises(ConfigurationError) as refused:
        connect("mysql://me:pa/ss@w0rd@host/0", SETTINGS)
    assert "redis.url 'mysql://***@host/0' cannot be understood" in str(refused.value)
