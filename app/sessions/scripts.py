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
    """A script of this package: a function of a key and an argument, run for each of many.

    One server runs it for all keys in one command, because redis-py's cost is per command; a cluster has the keys in
    many slots, and runs it once for each, in a pipeline per node. A lone key needs no pipeline, which would cost more.

    Args:
        redis: Where it runs.
        name: Of its file.
        constants: What is filled in, so that it is not sent each time.
        deadline_s: Longest time for a round trip, all that the client does by itself included.
    """

    def __init__(self, redis: Redis | RedisCluster, name: str, constants: Mapping[str, Any], deadline_s: float) -> None:
        folder = Path(__file__).parent
        function = (folder / name).read_text() % constants
        self._redis = redis
        self._source = f"local function run(key, argument)\n{function}\nend\n{(folder / 'for_each.lua').read_text()}"
        self._sha = sha1(self._source.encode(), usedforsecurity=False).hexdigest()
        self._deadline_s = deadline_s

    async def __call__(self, calls: list[tuple[str, str]]) -> list[Any | Exception]:
        """Run it for each (key, argument); return what it returns, or the error, of each.

        Raises:
            RedisError: None could be run.
            OSError: None could be run, or not in time.
        """
        async with asyncio.timeout(self._deadline_s):
            if len(calls) > 1 and isinstance(self._redis, RedisCluster):
                return await self._run_in_cluster(self._redis, calls)
            count, words = len(calls), [*(key for key, _ in calls), *(argument for _, argument in calls)]
            results: list[Any | Exception]
            try:
                results = await self._redis.evalsha(self._sha, count, *words)
            except NoScriptError:  # the server was restarted, or its scripts were flushed
                results = await self._redis.eval(self._source, count, *words)
            return results

    async def _run_in_cluster(self, redis: RedisCluster, calls: list[tuple[str, str]]) -> list[Any | Exception]:
        results = await _pipelined(redis, [("EVALSHA", self._sha, 1, *call) for call in calls])
        unknown = [i for i, result in enumerate(results) if isinstance(result, NoScriptError)]
        if unknown:
            again = await _pipelined(redis, [("EVAL", self._source, 1, *calls[i]) for i in unknown])
            for i, result in zip(unknown, again, strict=True):
                results[i] = result
        return [result if isinstance(result, Exception) else result[0] for result in results]


async def _pipelined(redis: RedisCluster, commands: list[tuple[str | int, ...]]) -> list[Any | Exception]:
    async with redis.pipeline(transaction=False) as pipeline:
        for command in commands:
            pipeline.execute_command(*command)
        results: list[Any | Exception] = await pipeline.execute(raise_on_error=False)
        return results
