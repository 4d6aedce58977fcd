"""Sessions in Redis or Valkey: one key per user, one Lua script, one round trip per request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha1
from pathlib import Path
from types import TracebackType
from typing import Any

from pydantic_core import from_json
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import NoScriptError, RedisError, ResponseError

from app.sessions.coalesce import Coalescer
from app.sessions.store import DamagedSessionError, Report, SessionRules, StoreError
from app.settings.models import RedisSettings
from strategies.errors import ConfigurationError
from strategies.session import Session, UserId

SCRIPT = Path(__file__).with_name("record.lua").read_text()
FIELDS = ["id", "started", "anchor", "tracks", "times", "position", "penalty", "penalised", "ended"]


class RedisStore:
    """The session store behind a URL; hiredis parses the replies where it is installed.

    A call that fails is tried once more: every call can be repeated, because a report is counted once per
    request id.

    Raises:
        ConfigurationError: The URL cannot be understood.
    """

    def __init__(self, url: str, settings: RedisSettings, rules: SessionRules) -> None:
        try:
            pool = ConnectionPool.from_url(
                url,
                decode_responses=True,
                socket_timeout=settings.timeout_s,
                socket_connect_timeout=settings.timeout_s,
                retry=Retry(ExponentialWithJitterBackoff(base=0.01, cap=0.1), retries=1),
            )
        except ValueError as error:
            raise ConfigurationError(f"redis.url '{url}' cannot be understood: {error}") from error
        self._redis = Redis(connection_pool=pool)
        self._prefix = settings.key_prefix
        self._ttl_ms = rules.ttl_s * 1000
        constants = {
            "ttl_ms": self._ttl_ms,
            "history_limit": rules.history_limit,
            "skip_threshold": rules.penalty.skip_threshold,
            "max_penalty": rules.penalty.max_penalty,
        }
        self._script = SCRIPT % constants
        self._script_sha = sha1(self._script.encode(), usedforsecurity=False).hexdigest()
        self._record = Coalescer(self._record_all, limit=settings.max_batch)

    async def record(self, user: UserId, report: Report) -> Session:
        """Append a playback and return the whole session."""
        playback = report.playback
        # One argument instead of five: redis-py's cost grows with their number.
        argument = (
            f"{json.dumps(playback.track)}\n{playback.time!r}\n{report.request}\n"
            f"{report.now_ms}\n{'1' if report.last else '0'}"
        )
        with _store_errors:
            return _session(await self._record((self._key(user), argument)))

    async def _record_all(self, calls: list[tuple[str, str]]) -> list[list[Any] | Exception]:
        """Run the script for each (key, argument) in one round trip."""
        if len(calls) == 1:
            key, argument = calls[0]
            try:
                return [await self._redis.evalsha(self._script_sha, 1, key, argument)]
            except NoScriptError:
                return [await self._redis.eval(self._script, 1, key, argument)]
        results = await self._pipelined([("EVALSHA", self._script_sha, 1, key, argument) for key, argument in calls])
        unknown = [i for i, result in enumerate(results) if isinstance(result, NoScriptError)]
        if unknown:  # the server was restarted, or its scripts were flushed
            again = await self._pipelined([("EVAL", self._script, 1, *calls[i]) for i in unknown])
            for i, result in zip(unknown, again, strict=True):
                results[i] = result
        return results

    async def _pipelined(self, commands: list[tuple[str | int, ...]]) -> list[list[Any] | Exception]:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for command in commands:
                pipeline.execute_command(*command)
            results: list[list[Any] | Exception] = await pipeline.execute(raise_on_error=False)
            return results

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
            "tracks": "\n".join(map(json.dumps, session.tracks)),
            "times": "\n".join(map(repr, session.times)),
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
        """Return when the store answers and takes writes."""
        with _store_errors:
            await self._redis.set(f"{self._prefix}check", "1", px=60_000)

    async def close(self) -> None:
        """Close the connections; sessions stay in the store."""
        await self._redis.aclose()
        await self._redis.connection_pool.disconnect()

    def _key(self, user: UserId) -> str:
        return f"{self._prefix}{user}"


def _session(fields: Sequence[Any]) -> Session:
    """Return the session that these fields of the hash hold."""
    name, started, anchor, tracks, times, position, penalty, penalised = fields
    return Session(
        id=name,
        started_ms=int(started),
        anchor=from_json(anchor),
        tracks=_from_lines(tracks),
        times=_from_lines(times),
        position=int(position),
        penalty=int(penalty),
        penalised=penalised == "1",
    )


def _from_lines(lines: str) -> list[Any]:
    """Return the values of JSON lines; no JSON value holds a line end."""
    values: list[Any] = from_json(f"[{lines.replace(chr(10), ',')}]")
    return values


class _StoreErrors:
    """Turns what the client raises into a StoreError, once, here; a class, because a generator costs 2 µs more."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The second is Lua's own word for a value that it cannot use: a field of the hash is missing or no number.
        if isinstance(error, ResponseError) and (str(error).startswith("WRONGTYPE") or "attempt to" in str(error)):
            raise DamagedSessionError(f"the session store holds no session under the user's key: {error}") from error
        if isinstance(error, RedisError | OSError):
            raise StoreError(f"the session store does not answer: {error or type(error).__name__}") from error
        if isinstance(error, ValueError | TypeError | AttributeError):  # a missing field is None, which has no lines
            raise DamagedSessionError(f"the session store holds a damaged session: {error}") from error


_store_errors = _StoreErrors()
