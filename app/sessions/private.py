"""Folders that nobody but their owner can enter."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from app.sessions.store import StoreError


def make_private(folder: Path) -> None:
    """Return when a folder is there, this user's, and closed to all others; make it so where it does not exist.

    Whoever could enter it could read what was listened to, or put a server of their own in the place of Segue's. In a
    folder for temporary files somebody else may have been first, also with a link to elsewhere.

    Raises:
        StoreError: It is not a folder, somebody else's, or open to others.
        OSError: It cannot be made.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise StoreError(f"{folder} must be a folder of the session store; it is something else") from None
        if found.st_uid != os.geteuid():
            raise StoreError(
                f"the session store's folder {folder} belongs to another user; remove it, or name another in redis.path"
            ) from None
        if found.st_mode & 0o077:
            raise StoreError(
                f"the session store's folder {folder} is open to others; run 'chmod 700 {folder}'"
            ) from None
