"""A service over HTTP: Segue, or any of the old contract (POST /next/{user}, POST /last/{user})."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from types import TracebackType
from urllib.parse import quote

from simulator.errors import SimulatorError
from simulator.running.episodes import Episodes
from simulator.running.http_connection import Address, Connection, Response
from simulator.running.service import Answers
from simulator.worlds import World

_NO_SUCH_CALL = (404, 405, 501)


class OverHttp:
    """Reports playbacks of many sessions at a time, each over a connection of its own; a context manager.

    A user's first session starts fresh whatever was left in the store: Segue is told ``DELETE /sessions/{user}``.
    A service that has no such call is sent the first track to ``/last`` before. Later sessions of the user start
    fresh because the earlier one was ended.
    """

    def __init__(self, url: str, concurrency: int, timeout_s: float = 30.0) -> None:
        self._address = Address.parse(url)
        self._timeout_s = timeout_s
        self.concurrency = concurrency
        self._runner = asyncio.Runner()
        self._connections = [Connection(self._address) for _ in range(concurrency)]
        self._seen: set[int] = set()
        self._can_delete = True

    def __enter__(self) -> OverHttp:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._connections:
            connection.close()
        self._runner.close()

    def enter(self, world: World, episodes: Episodes) -> None:
        """Say whose episodes the reports are about."""
        self._track_ids, self._episodes = world.catalogue.track_ids, episodes
        self._track_rows: dict[object, int] = {track: row for row, track in enumerate(self._track_ids)}
        self._users = [quote(str(user), safe="") for user in world.listeners.user_ids]

    def report(
        self,
        rows: Sequence[int],
        positions: Sequence[int],
        tracks: Sequence[int],
        times: Sequence[float],
        ended: Sequence[bool],
    ) -> Answers:
        """Send the playbacks, all at once and as many as ``concurrency`` at most, and return the answers."""
        return self._runner.run(self._report_all(rows, positions, tracks, times, ended))

    async def _report_all(
        self,
        rows: Sequence[int],
        positions: Sequence[int],
        tracks: Sequence[int],
        times: Sequence[float],
        ended: Sequence[bool],
    ) -> Answers:
        connections = self._connections[: len(rows)]
        playbacks = zip(connections, rows, positions, tracks, times, ended, strict=True)
        try:
            async with asyncio.timeout(self._timeout_s):
                answers = await asyncio.gather(*(self._report(*playback) for playback in playbacks))
        except TimeoutError as error:
            raise SimulatorError(f"{self._address.url} did not answer within {self._timeout_s:g} s") from error
        return Answers(
            tracks=[track for track, _ in answers],
            strategies=[None] * len(answers),
            propensities=[None] * len(answers),
            latencies_s=[latency_s for _, latency_s in answers],
        )

    async def _report(
        self, connection: Connection, row: int, position: int, track: int, time: float, ended: bool
    ) -> tuple[int | None, float]:
        user = int(self._episodes.users[row])
        body = json.dumps({"track": self._track_ids[track], "time": time}).encode()
        if position == 0 and user not in self._seen:
            self._seen.add(user)
            await self._make_fresh(connection, self._users[user], body)
        path = f"/{'last' if ended else 'next'}/{self._users[user]}"
        answer = await connection.request("POST", path, body, self._episodes.request(row, position))
        self._expect(answer.status == 200, path, answer)
        return (None if ended else self._answered_track(path, answer)), answer.latency_s

    async def _make_fresh(self, connection: Connection, user: str, body: bytes) -> None:
        path = f"/sessions/{user}"
        if self._can_delete:
            answer = await connection.request("DELETE", path)
            self._can_delete = answer.status not in _NO_SUCH_CALL
            self._expect(answer.status < 300 or not self._can_delete, path, answer)
        if not self._can_delete:
            path = f"/last/{user}"
            answer = await connection.request("POST", path, body)
            self._expect(answer.status == 200, path, answer)

    def _answered_track(self, path: str, answer: Response) -> int:
        try:
            track = json.loads(answer.body)["track"]
        except (ValueError, TypeError, KeyError):
            track = None
        self._expect(isinstance(track, int | str), path, answer)
        if track not in self._track_rows:
            raise SimulatorError(
                f"{self._address.url}{path} recommends track {track!r}, which the world's catalogue does not hold: "
                "it serves another catalogue"
            )
        return self._track_rows[track]

    def _expect(self, as_expected: bool, path: str, answer: Response) -> None:
        if not as_expected:
            said = answer.body[:300].decode(errors="replace")
            raise SimulatorError(f"{self._address.url}{path} answered with status {answer.status}: {said}")
