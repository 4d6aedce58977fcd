"""What lies in folders: all of it, or a sentence about the folder that cannot be read."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from preprocessing.errors import InputError

_MAGIC = re.compile(r"[*?\[]")


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the path in a folder of all that is no folder, links to other folders followed, hidden ones left out.

    Raises:
        InputError: The folder, or one in it, cannot be read.
    """
    seen: set[Path] = set()
    for place, names, files in os.walk(folder, onerror=_refuse, followlinks=True):
        here = Path(place)
        where = here.resolve()
        # A link may lead back to a folder that it lies in.
        names[:] = [] if where in seen else sorted(name for name in names if not name.startswith("."))
        if where not in seen:
            yield from (here.relative_to(folder) / name for name in files)
        seen.add(where)


def is_glob(name: str) -> bool:
    """Return whether a name is a pattern."""
    return bool(_MAGIC.search(name))


def files_of_glob(pattern: str) -> list[Path]:
    """Return the files that match a pattern.

    Raises:
        InputError: A folder that the pattern looks into cannot be read.
    """
    above = os.path.dirname(pattern)  # noqa: PTH120 - a path would lose the slash of "**/"
    while is_glob(above):
        for match in glob.glob(above, recursive=True):  # noqa: PTH207 - an absolute pattern is none for Path.glob
            _check(Path(match))
        above = os.path.dirname(above)  # noqa: PTH120
    _check(Path(above or "."))
    return [Path(match) for match in glob.glob(pattern, recursive=True) if Path(match).is_file()]  # noqa: PTH207


@contextmanager
def readable() -> Iterator[None]:
    """Turn what the system says of a path that cannot be reached into a sentence.

    Raises:
        InputError: It cannot.
    """
    try:
        yield
    except OSError as error:
        _refuse(error)


def _check(folder: Path) -> None:
    if folder.is_dir():
        os.scandir(folder).close()


def _refuse(error: OSError) -> NoReturn:
    raise InputError(
        f"{error.filename} cannot be read: {error.strerror}; let the user who runs this read it, or name only files "
        "and folders that can be read"
    ) from error
