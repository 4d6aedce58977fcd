"""Which files of a version were found good, and how they stood then: nothing that still stands so is read again.

At a million users and tracks a version holds gigabytes, which take seconds to read; a further worker and a
restart map it in milliseconds. The note lies beside the files; where the folder cannot be written, all is read
each time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

NOTE = ".checked.json"

# Size, inode, and the nanoseconds of the last change of the content and of the inode, which no program can set.
Standing = list[int]


def standing_of(folder: Path, files: Iterable[str]) -> dict[str, Standing]:
    """Return how each file stands now; one that is missing is left out."""
    found: dict[str, Standing] = {}
    for name in files:
        with suppress(OSError):
            status = (folder / name).stat()
            found[name] = [status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns]
    return found


def was_found_good(folder: Path, standing: Mapping[str, Standing]) -> bool:
    """Return whether all files were found good as they stand."""
    try:
        noted = json.loads((folder / NOTE).read_text())
    except (OSError, ValueError):
        return False
    return bool(noted == standing)


def note_good(folder: Path, standing: Mapping[str, Standing]) -> None:
    """Note that all files were found good as they stood before they were read."""
    fresh = folder / f"{NOTE}.{os.getpid()}"
    with suppress(OSError):
        fresh.write_text(json.dumps(standing))
        fresh.replace(folder / NOTE)
