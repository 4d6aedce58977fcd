"""The session store that the settings name, opened and watched over."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from random import uniform

from app.background import running
from app.sessions.embedded import EmbeddedServer, find_binary
from app.sessions.failover import FailoverStore
from app.sessions.memory import MemoryStore
from app.sessions.redis import RedisStore
from app.sessions.store import ServingStore, SessionRules, StoreError
from app.settings import Settings
from strategies.errors import ConfigurationError
from strategies.penalty import PenaltyRule

logger = logging.getLogger(__name__)


def session_rules(settings: Settings) -> SessionRules:
    """Return what every store counts by."""
    session = settings.session
    penalty = PenaltyRule(session.skip_threshold, session.max_penalty)
    return SessionRules(session.ttl_s, session.history_limit, penalty)


def check_store(settings: Settings) -> None:
    """Return when the settings name a session store that can be used, whether or not it answers now.

    Raises:
        ConfigurationError: The URL cannot be understood, the embedded server's folder is not to be had or not private,
            or several workers have no store to share.
    """
    if settings.redis.url:
        RedisStore(settings.redis.url, settings.redis, session_rules(settings))
        return
    binary = find_binary()
    if binary is not None:
        try:
            EmbeddedServer(settings.redis.path, binary).make_folders()
        except (StoreError, OSError) as error:
            raise ConfigurationError(str(error)) from error
    elif settings.server.workers > 1:
        raise ConfigurationError(
            "there is no embedded session store for this platform, and several workers need one to share: "
            "name a Redis or Valkey in redis.url, or set server.workers = 1"
        )


async def open_store(settings: Settings, stack: AsyncExitStack) -> ServingStore:
    """Return the store; the stack closes it.

    Raises:
        ConfigurationError: The settings name none that can be used.
    """
    check_store(settings)
    rules = session_rules(settings)
    twin = MemoryStore(rules, capacity=settings.redis.memory_sessions)
    url = settings.redis.url
    server = None
    if not url:
        binary = find_binary()
        if binary is None:
            logger.warning(
                "SESSIONS ARE KEPT IN THIS PROCESS ONLY and end with it: there is no embedded session store for "
                "this platform; name a Redis or Valkey in redis.url"
            )
            return twin
        server = EmbeddedServer(settings.redis.path, binary)
        url = server.url
        stack.push_async_callback(asyncio.to_thread, server.release)
    limits = settings.redis.max_batch, settings.redis.max_waiting
    store = FailoverStore(RedisStore(url, settings.redis, rules), twin, *limits)
    stack.push_async_callback(store.close)
    if server is not None:
        await _ensure(server)
    await stack.enter_async_context(running(_watch(store, server, settings.redis.retry_after_s)))
    return store


async def _watch(store: FailoverStore, server: EmbeddedServer | None, every_s: float) -> None:
    """Notice within moments that the store is away or back, and start the embedded server again when it died."""
    while True:
        try:
            await store.check()
        except StoreError:
            if server is not None:
                await _ensure(server)
        # Not all workers at once, and not in step with what took the store away.
        await asyncio.sleep(every_s * uniform(0.5, 1))


async def _ensure(server: EmbeddedServer) -> None:
    try:
        await asyncio.to_thread(server.ensure)
    except (StoreError, OSError) as error:
        logger.warning("%s; sessions go on in this worker's memory", error)
