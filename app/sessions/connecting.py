"""A client for what ``redis.url`` names: one server, a Sentinel set, or a cluster.

``redis://``, ``rediss://`` (TLS) and ``unix://`` are redis-py's own. Beside them
``redis+sentinel://[[user]:password@]host[:port][,host[:port]...]/service[/db]`` and
``redis+cluster://[[user]:password@]host[:port][,host[:port]...]``, and both with ``rediss+`` for TLS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from redis.asyncio import ConnectionPool, Redis, RedisCluster, Sentinel, SSLConnection
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.backoff import ExponentialWithJitterBackoff

from app.settings.models import RedisSettings
from strategies.errors import ConfigurationError

DEFAULT_PORT = {"sentinel": 26379, "cluster": 6379}


def connect(url: str, settings: RedisSettings) -> Redis | RedisCluster:
    """Return a client; nothing is sent yet.

    What waits for one server is bounded by who calls: redis-py's own time-outs cost a task for each write. A cluster's
    client has them, because it asks several nodes.

    Raises:
        ConfigurationError: The URL cannot be understood.
    """
    shared: dict[str, Any] = {
        "decode_responses": True,
        "socket_timeout": None,
        "socket_connect_timeout": settings.timeout_s,
        # A repeated call harms nobody: a report is counted once per request id, and all others set what they set.
        "retry": Retry(ExponentialWithJitterBackoff(base=0.01, cap=0.1), retries=settings.retries),
        "max_connections": settings.max_connections,
    }
    try:
        kind = urlsplit(url).scheme.partition("+")[2]
        if not kind:
            return Redis.from_pool(ConnectionPool.from_url(url, **shared))
        place = _Place.parse(url, kind)
        if kind == "cluster":
            nodes = [ClusterNode(host, port) for host, port in place.hosts]
            return RedisCluster(startup_nodes=nodes, **place.options, **shared | {"socket_timeout": settings.timeout_s})
        sentinel_options = {
            "socket_timeout": settings.timeout_s,
            "socket_connect_timeout": settings.timeout_s,
            "retry": shared["retry"],
        }
        sentinels = Sentinel(  # type: ignore[no-untyped-call]  # it has no types
            place.hosts, sentinel_kwargs=sentinel_options, **place.options, **shared
        )
        return cast("Redis", sentinels.master_for(place.service))
    except ValueError as error:
        raise ConfigurationError(f"redis.url '{without_secret(url)}' cannot be understood: {error}") from error


def without_secret(url: str) -> str:
    """Return a URL as it may be shown: who signs in, and with what, are stars."""
    return re.sub(r"//.*@", "//***@", url)


async def disconnect(client: Redis | RedisCluster) -> None:
    """Close a client and, where sentinels led to its server, the connections to them."""
    await client.aclose()
    if isinstance(client, Redis) and isinstance(client.connection_pool, SentinelConnectionPool):
        for sentinel in client.connection_pool.sentinel_manager.sentinels:
            await sentinel.aclose()


async def clock_s(client: Redis | RedisCluster) -> float:
    """Return what a server's clock shows, since the epoch; of a cluster, that of any node."""
    of_one = {"target_nodes": RedisCluster.RANDOM} if isinstance(client, RedisCluster) else {}
    seconds, microseconds = await client.time(**of_one)
    return float(seconds + microseconds / 1e6)


@dataclass(frozen=True, slots=True)
class _Place:
    """Several hosts in one URL."""

    hosts: list[tuple[str, int]]
    service: str  # that the sentinels watch
    options: dict[str, Any]  # user, password, database, TLS

    @classmethod
    def parse(cls, url: str, kind: str) -> _Place:
        if kind not in DEFAULT_PORT:
            raise ValueError(f"after the '+' stands 'sentinel' or 'cluster', not '{kind}'")
        parts = urlsplit(url)
        scheme = parts.scheme.partition("+")[0]
        login, at, hosts = parts.netloc.rpartition("@")
        names = [urlsplit(f"//{host}") for host in hosts.split(",")]
        if not all(name.hostname for name in names):
            raise ValueError("it names no host")
        service, _, db = parts.path.lstrip("/").partition("/")
        if bool(service) != (kind == "sentinel"):
            raise ValueError("a sentinel's URL ends with /service, and a cluster's with its hosts")
        if db and not db.isdigit():
            raise ValueError(f"the database '{db}' is no number")
        # redis-py reads the rest as it would of one host.
        options = dict(parse_url(f"{scheme}://{login}{at}{names[0].hostname}/{db}?{parts.query}"))
        options = {key: value for key, value in options.items() if key not in ("host", "port")}
        if options.pop("connection_class", None) is SSLConnection:
            options["ssl"] = True
        return cls([(name.hostname or "", name.port or DEFAULT_PORT[kind]) for name in names], service, options)
