"""The playback log: one JSON line per answered request, in files that belong to one worker each.

A line is written with a single ``write`` to a file opened for appending, before the answer leaves: the kernel has
it, so that it survives the death of the worker, and lines of two workers cannot mix. A write to the page cache
takes a few microseconds; what waits for the disk is left to the kernel. Lines that the disk refuses wait in memory
and are tried again with the next one and at shutdown.
"""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile

from pydantic_core import to_json

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
    """Appends events to ``events-<start>-<process>.jsonl`` in a folder.

    Args:
        folder: Made where it does not exist.
        spill_lines: Lines kept in memory at most while the disk refuses them.

    Raises:
        ConfigurationError: The folder cannot be written to.
    """

    def __init__(self, folder: Path, spill_lines: int) -> None:
        self.path = folder / f"events-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        except OSError as error:
            raise _unwritable(folder, error) from error
        self._spill: deque[bytes] = deque()
        self._spill_lines = spill_lines
        self.lost = 0  # lines that neither the disk nor the memory could take

    @property
    def waiting(self) -> int:
        """Lines that wait in memory for the disk."""
        return len(self._spill)

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
        request: str,
    ) -> None:
        """Log one answered request; never raises and never waits for the disk."""
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
            "request": request,
        }
        self._write(to_json(event) + b"\n")

    def close(self) -> None:
        """Write what still waits and close the file."""
        self._write_spill()
        if self._spill:
            logger.error("%d events could not be written to %s and are lost", len(self._spill), self.path)
        os.close(self._file)

    def _write(self, line: bytes) -> None:
        if self._spill:
            self._write_spill()
        if not self._spill and self._written(line):
            return
        if len(self._spill) < self._spill_lines:
            self._spill.append(line)
        else:
            self.lost += 1

    def _write_spill(self) -> None:
        while self._spill and self._written(self._spill[0]):
            self._spill.popleft()

    def _written(self, line: bytes) -> bool:
        """Write a line whole, or not at all; say whether it was written."""
        try:
            written = os.write(self._file, line)
            if written == len(line):
                return True
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            self._complain("the disk was full in mid-line")
        except OSError as error:
            self._complain(error)
        return False

    def _complain(self, reason: object) -> None:
        """Say that the disk refuses lines; once, not for every line."""
        if not self._spill:
            logger.error("the event log %s cannot be written (%s); events wait in memory", self.path, reason)
