"""Lines that the disk refuses wait in memory, in order and bounded; what does not fit either is counted as lost."""

from __future__ import annotations

import logging
from collections import deque
from itertools import islice

from app.event_log.file import LogFile

logger = logging.getLogger(__name__)
BLOCK_LINES = 1000  # of those that waited, written at once: a few milliseconds


class SpillingFile:
    """A log file that never refuses a line.

    Args:
        file: Where lines belong.
        limit: Lines kept in memory at most.
    """

    def __init__(self, file: LogFile, limit: int) -> None:
        self.file = file
        self._limit = limit
        self._waiting: deque[bytes] = deque()
        self.lost = 0  # lines that neither the disk nor the memory could take

    @property
    def waiting(self) -> int:
        """Lines that wait in memory for the disk."""
        return len(self._waiting)

    def write(self, line: bytes) -> None:
        """Write a line, behind those that wait."""
        if not self._waiting and self._written(line):
            return
        if len(self._waiting) < self._limit:
            self._waiting.append(line)
            return
        if not self.lost:
            logger.error("EVENTS ARE LOST: %s takes none, and %d already wait in memory", self.file.path, self.waiting)
        self.lost += 1

    def write_waiting(self) -> bool:
        """Try once to write a block of the lines that wait; say whether it was written and more wait."""
        block = list(islice(self._waiting, BLOCK_LINES))
        if not block or not self._written(b"".join(block)):
            return False
        for _ in block:
            self._waiting.popleft()
        if not self._waiting:
            logger.error("the event log %s can be written again", self.file.path)
        return bool(self._waiting)

    def close(self) -> None:
        """Write what waits and close the file."""
        while self.write_waiting():
            pass
        if self._waiting:
            logger.error("%d events could not be written to %s and are lost", self.waiting, self.file.path)
        try:
            self.file.close()
        except OSError as error:
            logger.error("the event log %s may not be on the disk whole (%s)", self.file.path, error)

    def _written(self, block: bytes) -> bool:
        try:
            self.file.write(block)
        except OSError as error:
            if not self._waiting:  # said once, not for every line
                logger.error("the event log %s cannot be written (%s); events wait in memory", self.file.path, error)
            return False
        return True
