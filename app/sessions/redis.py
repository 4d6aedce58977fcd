"""Sessions in Redis or Valkey: one key per user, one Lua script, one round trip per request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import RedisError

from app.sessions.store import Report, SessionRules, StoreError
from app.settings.models import RedisSettings
from strategies.errors import ConfigurationError
from strategies.session import Session, UserId

SCRIPT = Path(__file__).with_name("record.lua").read_text()
FIELDS = ["id", "started", "anchor", "history", "position", "penalty", "penalised", "ended"]


class RedisStore:
    """The session store behind a URL; hiredis parses the replies where it is installed.

    A call that fails is tried once more: every call can be repeated, because a report is counted once per
    request id.

    Raises:
        ConfigurationError: The URL cannot be understood.
    """

    def __init__(self, url: str, settings: RedisSettings, rules: SessionRules) -> None:
        retry = Retry(ExponentialWithJitterBackoff(base=0.01, cap=0.1), retries=1)
        try:
            pool = BlockingConnectionPool.from_url(
                url,
                decode_responses=True,
                max_connections=settings.max_connections,
                timeout=settings.timeout_s,
                socket_timeout=settings.timeout_s,
                socket_connect_timeout=settings.timeout_s,
                retry=retry,
            )
        except ValueError as error:
            raise ConfigurationError(f"redis.url '{url}' cannot be understood: {error}") from error
        self._redis = Redis(connection_pool=pool)
        self._script = self._redis.register_script(SCRIPT)
        self._prefix = settings.key_prefix
        self._ttl_ms = rules.ttl_s * 1000
        self._rules = [
            self._ttl_ms,
            rules.history_limit,
            rules.penalty.skip_threshold,
            rules.penalty.max_penalty,
        ]

    async def record(self, user: UserId, report: Report) -> Session:
        """Append a playback and return the whole session."""
        arguments = [
            json.dumps(report.playback.track),
            repr(report.playback.time),
            report.request,
            report.new_session,
            report.now_ms,
            "1" if report.last else "0",
            *self._rules,
        ]
        with _store_errors:
            return _session(await self._script(keys=[self._key(user)], args=arguments))

    async def get(self, user: UserId) -> Session | None:
        """Return the live session, or None."""
        with _store_errors:
            *fields, ended = await self._redis.hmget(self._key(user), FIELDS)
            return _session(fields) if ended == "0" else None

    async def put(self, user: UserId, session: Session, request: str) -> None:
        """Make a session the live one, as another store left it."""
        key = self._key(user)
        fields: dict[Any, Any] = {
            "id": session.id,
            "started": session.started_ms,
            "anchor": json.dumps(session.anchor),
            "history": "\n".join(json.dumps(playback) for playback in session.playbacks),
            "position": session.position,
            "penalty": session.penalty,
            "penalised": int(session.penalised),
            "request": request,
            "ended": 0,
        }
        with _store_errors:
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.hset(key, mapping=fields)
                pipeline.pexpire(key, self._ttl_ms)
                await pipeline.execute()

    async def delete(self, user: UserId) -> None:
        """End the live session, if there is one."""
        with _store_errors:
            await self._redis.delete(self._key(user))

    async def check(self) -> None:
        """Return when the store answers."""
        with _store_errors:
            await self._redis.ping()

    async def close(self) -> None:
        """Close the connections; sessions stay in the store."""
        await self._redis.aclose()
        await self._redis.connection_pool.disconnect()

    def _key(self, user: UserId) -> str:
        return f"{self._prefix}{user}"


def _session(fields: Sequence[Any]) -> Session:
    """Return the session that seven fields of the hash hold."""
    name, started, anchor, history, position, penalty, penalised = fields
    playbacks = json.loads(f"[{history.replace(chr(10), ',')}]")
    return Session(
        id=name,
        started_ms=int(started),
        anchor=json.loads(anchor),
        playbacks=[(track, time) for track, time in playbacks],
        position=int(position),
        penalty=int(penalty),
        penalised=penalised == "1",
    )


class _StoreErrors:
    """Turns what the client raises into a StoreError, once, here; a class, because a generator costs 2 µs more."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, RedisError | OSError):
            raise StoreError(f"the session store does not answer: {error or type(error).__name__}") from error
        if isinstance(error, ValueError | TypeError):
            raise StoreError(f"the session store holds a damaged session: {error}") from error


_store_errors = _StoreErrors()
