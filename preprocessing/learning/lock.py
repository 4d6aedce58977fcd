"""One learner at a time per folder of artifacts."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from preprocessing.errors import InputError


@contextmanager
def only_learner(root: Path) -> Iterator[None]:
    """Hold the folder's lock; the kernel lets it go when the process ends, however it does.

    Raises:
        InputError: Another process holds it.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".learning.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(
                f"another process learns into {root} at this moment; wait, or name other artifacts"
            ) from error
        yield
