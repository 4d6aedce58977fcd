"""Tombstones: lines in the log's folder by which preprocessing leaves out what a user did until then."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic_core import to_json

from strategies.session import UserId

NAME = "forgotten.jsonl"  # is neither rotated nor removed: the log may hold older events for as long as it exists


def bury(folder: Path, user: UserId, timestamp_ms: int) -> None:
    """Return when the disk has a tombstone; workers share its file.

    Args:
        folder: The event log's.
        user: Whose events are left out.
        timestamp_ms: Up to when, since the epoch.

    Raises:
        OSError: The disk does not take it.
    """
    # It begins with a line end too: what a full disk tore off before it then spoils no line but its own.
    line = b"\n" + to_json({"message": "forget", "timestamp": timestamp_ms, "user": user}) + b"\n"
    file = os.open(folder / NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.write(file, line) < len(line):
            raise OSError("the disk is full")
        os.fsync(file)
    finally:
        os.close(file)
