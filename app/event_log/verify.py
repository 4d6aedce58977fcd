"""Whether a log is whole: every number of every worker is there once, and every line can be read."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from pydantic_core import from_json

from app.event_log.names import Part, parts_of


@dataclass(slots=True)
class WorkersLog:
    """What the files of one worker hold."""

    worker: str
    files: int = 0
    events: int = 0
    first: int = 0  # number of the first event; 0: there is none
    last: int = 0
    torn_end: bool = False  # the last line has no end: a power cut took the rest of it
    faults: list[str] = field(default_factory=list)  # a sentence each; none: it is whole

    def take(self, part: Part) -> None:
        """Read the next file."""
        self.files += 1
        if self.torn_end:
            self.faults.append(f"a torn line stands before the beginning of {part.path.name}")
            self.torn_end = False
        number = 0
        try:
            for number, line in enumerate(_lines(part), 1):
                self._take_line(f"line {number} of {part.path.name}", line)
        except (OSError, EOFError, zlib.error) as error:
            self.faults.append(f"{part.path.name} cannot be read beyond line {number}: {error}")

    def _take_line(self, where: str, line: bytes) -> None:
        if not line.endswith(b"\n"):
            self.torn_end = True  # it is the last of its file
            return
        try:
            number = from_json(line)["seq"]
        except (ValueError, TypeError, KeyError):
            number = None
        if not isinstance(number, int):
            self.faults.append(f"{where} is no event")
            return
        self.events += 1
        if self.first and number > self.last + 1:
            self.faults.append(f"{_events(self.last + 1, number - 1)} before {where} are missing")
        elif self.first and number <= self.last:
            self.faults.append(f"{where} has number {number}, which does not follow {self.last}")
        self.first = self.first or number
        self.last = max(self.last, number)


def verify(folder: Path) -> Iterator[WorkersLog]:
    """Yield what each worker's files hold, in the order in which the workers started.

    Numbers are missing from the beginning only where the first files were removed, as they are when they are old.

    Raises:
        OSError: The folder cannot be read.
    """
    for worker, parts in groupby(parts_of(folder), key=lambda part: part.worker):
        found = WorkersLog(worker)
        before: int | None = None
        for part in parts:
            if before is not None and part.number > before + 1:
                found.faults.append(f"there is no file between the numbers {before} and {part.number}")
            found.take(part)
            if before is None and part.number == 0 and found.first > 1:
                found.faults.insert(0, f"{_events(1, found.first - 1)} at the beginning are missing")
            before = part.number
        yield found


def _events(first: int, last: int) -> str:
    return f"events {first} to {last}" if last > first else f"event {first}"


def _lines(part: Part) -> Iterable[bytes]:
    with gzip.open(part.path) if part.packed else part.path.open("rb") as file:
        yield from file
