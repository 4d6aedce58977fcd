"""Sessions in Redis or Valkey: one key per user, so that any slot of a cluster will do, and one Lua script per call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, TypeVar

from pydantic_core import from_json, to_json
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from app.sessions.connecting import connect, disconnect
from app.sessions.scripts import Script
from app.sessions.store import DamagedSessionError, Kept, Report, SessionRules, StoreError
from app.settings.models import RedisSettings
from strategies.session import Session, UserId

Result = TypeVar("Result")
FIELDS = ["id", "started", "anchor", "tracks", "times", "position", "penalty", "penalised", "ended"]


class RedisStore:
    """The session store behind a URL; hiredis parses the replies where it is installed.

    Raises:
        ConfigurationError: The URL cannot be understood.
    """

    def __init__(self, url: str, settings: RedisSettings, rules: SessionRules) -> None:
        self._redis = connect(url, settings)
        self._prefix = settings.key_prefix
        self._deadline_s = settings.deadline_s
        # redis-py refuses a call that finds no connection free. Those kept back are for a check and two shared calls.
        self._turns = asyncio.Semaphore(settings.max_connections - 3)
        constants = {
            "ttl_ms": rules.ttl_s * 1000,
            "history_limit": rules.history_limit,
            "skip_threshold": rules.penalty.skip_threshold,
            "max_penalty": rules.penalty.max_penalty,
        }
        self._record = Script(self._redis, "record.lua", constants, self._deadline_s)
        self._put = Script(self._redis, "put.lua", constants, self._deadline_s)

    async def record(self, user: UserId, report: Report) -> Session:
        """Append a playback and return the whole session."""
        (session,) = await self.record_all([(user, report)])
        if isinstance(session, StoreError):
            raise session
        return session

    async def record_all(self, reports: Sequence[tuple[UserId, Report]]) -> Sequence[Session | StoreError]:
        """Append playbacks in one round trip; return the whole session of each, or why there is none."""
        calls = [(self._key(user), _report_argument(report)) for user, report in reports]
        return await _of_each(self._record, calls, _session)

    async def get(self, user: UserId) -> Session | None:
        """Return the live session, or None."""
        with _store_errors:
            async with asyncio.timeout(self._deadline_s), self._turns:
                *fields, ended = await self._redis.hmget(self._key(user), FIELDS)
            return _session(fields) if ended == "0" else None

    async def put(self, user: UserId, kept: Kept) -> None:
        """Take over a session, unless what is held goes before it."""
        (failed,) = await self.put_all([(user, kept)])
        if failed is not None:
            raise failed

    async def put_all(self, sessions: Sequence[tuple[UserId, Kept]]) -> Sequence[StoreError | None]:
        """Take over sessions in one round trip; return for each why it could not be, or None."""
        calls = [(self._key(user), _kept_argument(kept)) for user, kept in sessions]
        return await _of_each(self._put, calls, lambda _: None)

    async def delete(self, user: UserId) -> None:
        """End the live session, if there is one."""
        with _store_errors:
            async with asyncio.timeout(self._deadline_s), self._turns:
                await self._redis.delete(self._key(user))

    async def check(self) -> None:
        """Return when the store answers and takes writes."""
        with _store_errors:
            async with asyncio.timeout(self._deadline_s):
                await self._redis.set(f"{self._prefix}\ncheck", "1", px=60_000)  # no user's: ids hold no line end
                if not isinstance(self._redis, Redis):  # a cluster: the key is in one of its slots only
                    await self._redis.ping(target_nodes=self._redis.PRIMARIES)

    async def close(self) -> None:
        """Close the connections; sessions stay in the store."""
        await disconnect(self._redis)

    def _key(self, user: UserId) -> str:
        return f"{self._prefix}{user}"


async def _of_each(
    script: Script, calls: list[tuple[str, str]], meaning: Callable[[Any], Result]
) -> list[Result | StoreError]:
    """Return what a script's answer to each call means, or its error."""
    try:
        with _store_errors:
            answers = await script(calls)
    except StoreError as error:
        return [error] * len(calls)
    return [_meant(answer, meaning) for answer in answers]


def _meant(answer: Any, meaning: Callable[[Any], Result]) -> Result | StoreError:  # noqa: ANN401 - as the store sends it
    try:
        with _store_errors:
            if isinstance(answer, Exception):
                raise answer
            return meaning(answer)
    except StoreError as error:
        return error


def _report_argument(report: Report) -> str:
    """Return the argument of ``record.lua``: one instead of five, because redis-py's cost grows with their number."""
    playback = report.playback
    return (
        f"{to_json(playback.track).decode()}\n{playback.time!r}\n{report.request}\n"
        f"{report.now_ms}\n{'1' if report.last else '0'}"
    )


def _kept_argument(kept: Kept) -> str:
    """Return the argument of ``put.lua``."""
    session = kept.session
    fields = [
        session.id,
        str(session.started_ms),
        json.dumps(session.anchor),
        "\n".join(map(json.dumps, session.tracks)),
        "\n".join(map(repr, session.times)),
        str(session.position),
        str(session.penalty),
        "1" if session.penalised else "0",
        kept.request,
        "0" if kept.live else "1",
    ]
    return json.dumps([fields, list(kept.before)])


def _session(fields: Sequence[Any]) -> Session:
    """Return the session that these fields of the hash hold."""
    name, started, anchor, tracks, times, position, penalty, penalised = fields
    # All at once: no JSON value holds a line end.
    lines = f"[{started},{anchor},[{tracks}],[{times}],{position},{penalty}]".replace("\n", ",")
    started_ms, first, heard, fractions, place, count = from_json(lines)
    return Session(name, started_ms, first, heard, fractions, place, count, penalised == "1")


class _StoreErrors:
    """Turns what the client raises into a StoreError, once, here; a class, because a generator costs 2 µs more."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            return
        # The second is Lua's own word for a value that it cannot use: a field of the hash is missing or no number.
        if isinstance(error, ResponseError) and (str(error).startswith("WRONGTYPE") or "attempt to" in str(error)):
            raise DamagedSessionError(f"the session store holds no session under the user's key: {error}") from error
        if isinstance(error, RedisError | OSError):
            raise StoreError(f"the session store does not answer: {str(error) or type(error).__name__}") from error
        if isinstance(error, ValueError | TypeError | AttributeError):  # a missing field is None, which has no lines
            raise DamagedSessionError(f"the session store holds a damaged session: {error}") from error


_store_errors = _StoreErrors()
