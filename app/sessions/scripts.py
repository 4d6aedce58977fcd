"""A Lua script over one key, run for many keys in one round trip (in a cluster: one per node)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from hashlib import sha1
from pathlib import Path
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.exceptions import NoScriptError


class Script:
    """A script of this package.

    Args:
        redis: Where it runs.
        name: Of its file.
        constants: What is filled in, so that it is not sent each time.
        deadline_s: Longest time for a round trip, all that the client does by itself included.
    """

    def __init__(self, redis: Redis | RedisCluster, name: str, constants: Mapping[str, Any], deadline_s: float) -> None:
        self._redis = redis
        self._source = Path(__file__).with_name(name).read_text() % constants
        self._sha = sha1(self._source.encode(), usedforsecurity=False).hexdigest()
        self._deadline_s = deadline_s

    async def __call__(self, calls: list[tuple[str, str]]) -> list[Any | Exception]:
        """Run it for each (key, argument); return what it returns, or the error, of each.

        Raises:
            RedisError: None could be run.
            OSError: None could be run, or not in time.
        """
        async with asyncio.timeout(self._deadline_s):
            if len(calls) == 1:
                key, argument = calls[0]
                try:
                    return [await self._redis.evalsha(self._sha, 1, key, argument)]
                except NoScriptError:
                    return [await self._redis.eval(self._source, 1, key, argument)]
            results = await self._pipelined([("EVALSHA", self._sha, 1, key, argument) for key, argument in calls])
            unknown = [i for i, result in enumerate(results) if isinstance(result, NoScriptError)]
            if unknown:  # the server was restarted, or its scripts were flushed
                again = await self._pipelined([("EVAL", self._source, 1, *calls[i]) for i in unknown])
                for i, result in zip(unknown, again, strict=True):
                    results[i] = result
            return results

    async def _pipelined(self, commands: list[tuple[str | int, ...]]) -> list[Any | Exception]:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for command in commands:
                pipeline.execute_command(*command)
            results: list[Any | Exception] = await pipeline.execute(raise_on_error=False)
            return results
