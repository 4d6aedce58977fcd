"""The playback log: one JSON line per answered request, in files that belong to one worker each.

A line is with the kernel before its answer leaves, so that it survives the death of the worker. A write to the page
cache takes about a microsecond, less than waiting to share one; what waits for the disk is done by a thread. Lines
carry a number without gaps, so that a lost one is noticed. Those that the disk refuses wait in memory and are tried
again each second and at shutdown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

from pydantic_core import to_json

from app.event_log.file import LogFile, sync_and_close
from app.event_log.spill import SpillingFile
from app.event_log.upkeep import look_after
from app.settings.models import EventLogSettings
from strategies.errors import ConfigurationError
from strategies.session import Session, TrackId, UserId

logger = logging.getLogger(__name__)


def check_folder(folder: Path) -> None:
    """Return when a folder can be written to; make it where it does not exist.

    Raises:
        ConfigurationError: It cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(f"the event log cannot be written in {folder}: {error.strerror}")


class EventLog:
    """Appends events to the worker's own files in a folder; use it in an ``async with``.

    Raises:
        ConfigurationError: The folder cannot be written to.
    """

    def __init__(self, settings: EventLogSettings) -> None:
        self._settings = settings
        try:
            self._file = LogFile(settings.path)
        except OSError as error:
            raise _unwritable(settings.path, error) from error
        self._out = SpillingFile(self._file, settings.spill_lines)
        self._count = 0  # events so far, and so the number of the latest one
        self._always = settings.fsync == "always"
        self._unsynced: list[asyncio.Future[None]] = []  # answers that wait for the disk, where they must
        self._syncing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.sync_failures = 0  # times that the disk did not confirm what it was given

    async def __aenter__(self) -> Self:
        """Look after the files from now on."""
        self._begin(look_after(self._out, self._settings, self.sync))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what still waits, and close the file."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.close()

    @property
    def path(self) -> Path:
        """The file that is written now."""
        return self._file.path

    @property
    def waiting(self) -> int:
        """Lines that wait in memory for the disk."""
        return self._out.waiting

    @property
    def lost(self) -> int:
        """Lines that neither the disk nor the memory could take."""
        return self._out.lost

    def append(
        self,
        *,
        last: bool,
        timestamp_ms: int,
        user: UserId,
        track: TrackId,
        time: float,
        latency_s: float,
        recommendation: TrackId | None,
        experiments: Mapping[str, str],
        session: Session,
        chain: str,
        strategy: str | None,
        propensity: float | None,
        request: str,
    ) -> asyncio.Future[None] | None:
        """Log one answered request; it never raises.

        Returns:
            What is done when the answer may leave; None: it may at once.
        """
        self._count += 1
        event = {
            "message": "last" if last else "next",
            "timestamp": timestamp_ms,
            "user": user,
            "track": track,
            "time": time,
            "latency": latency_s,
            "recommendation": recommendation,
            "experiments": experiments,
            "session": session.id,
            "position": session.position,
            "chain": chain,
            "strategy": strategy,
            "propensity": propensity,
            "request": request,
            "seq": self._count,
        }
        self._out.write(to_json(event) + b"\n")
        return self._synced() if self._always else None

    def close(self) -> None:
        """Write what still waits, and close the file."""
        self._out.close()

    def _synced(self) -> asyncio.Future[None]:
        """Return what is done once the disk has all that was written so far."""
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unsynced.append(answer)
        if not self._syncing:
            self._syncing = True
            self._begin(self._sync_for_answers())
        return answer

    async def _sync_for_answers(self) -> None:
        """Let answers go once the disk has their lines; those that come meanwhile share the next sync."""
        try:
            while answers := self._unsynced:
                self._unsynced = []
                try:
                    await self.sync()
                finally:
                    _release(answers)
        finally:
            self._syncing = False

    async def sync(self) -> None:
        """Return when the disk has what was written so far, or has failed to take it."""
        try:
            await asyncio.to_thread(sync_and_close, self._file.unsynced())
        except OSError as error:
            self.sync_failures += 1
            logger.error("the event log %s may not be on the disk (%s)", self.path, error)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # a task that nothing refers to may be collected
        task.add_done_callback(self._tasks.discard)


def _release(answers: Sequence[asyncio.Future[None]]) -> None:
    for answer in answers:
        if not answer.done():  # its request was cancelled
            answer.set_result(None)
