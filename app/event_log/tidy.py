"""What becomes of finished files: they are compressed, and removed when they are old."""

from __future__ import annotations

import fcntl
import gzip
import os
import shutil
import time
from pathlib import Path

from app.event_log.names import Part


def tidy(folder: Path, *, compress: bool, keep_days: float) -> None:
    """Compress and remove the finished files of every worker, also of those that died; others are left alone.

    Several workers may do so at once: who holds a file's lock does it.

    Args:
        folder: The log's.
        compress: Whether to compress.
        keep_days: Files that were last written to so many days ago are removed; 0 keeps them all.

    Raises:
        OSError: The disk refuses.
    """
    oldest_s = time.time() - keep_days * 86_400 if keep_days else 0.0
    for part in sorted(part for part in map(Part.of, folder.iterdir()) if part is not None):
        try:
            file = os.open(part.path, os.O_RDONLY)
        except FileNotFoundError:
            continue  # another worker was faster
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found = os.fstat(file)
            if found.st_nlink == 0:
                continue
            packed = part.path.with_name(f"{part.path.name}.gz")
            if found.st_mtime < oldest_s or (not part.packed and (not found.st_size or packed.exists())):
                part.path.unlink()
            elif compress and not part.packed:
                _compress(part.path, packed, found)
        except BlockingIOError:
            continue  # it is being written or compressed
        finally:
            os.close(file)


def _compress(plain: Path, packed: Path, found: os.stat_result) -> None:
    """Replace a file by its compressed self, which appears whole or not at all and is as old."""
    building = packed.with_name(f".{packed.name}")
    try:
        with plain.open("rb") as source, building.open("wb") as raw:
            with gzip.GzipFile(plain.name, "wb", compresslevel=6, fileobj=raw, mtime=found.st_mtime) as target:
                shutil.copyfileobj(source, target, 2**20)
            raw.flush()
            os.fsync(raw.fileno())
        os.utime(building, ns=(found.st_atime_ns, found.st_mtime_ns))
        building.replace(packed)
    finally:
        building.unlink(missing_ok=True)
    plain.unlink()
