"""What a power cut must not take back."""

from __future__ import annotations

import os
from pathlib import Path


def on_disk(path: Path) -> None:
    """Return when a file's content, or the names in a folder, are on the disk.

    Raises:
        OSError: A file's content cannot be brought there.
    """
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError:
        if not path.is_dir():  # not every file system can do so for the names in a folder
            raise
    finally:
        os.close(opened)
