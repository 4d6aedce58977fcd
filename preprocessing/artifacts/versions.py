"""How versions are named, and which folders are taken for one: nothing else beside them is looked at or removed."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}", re.ASCII)
_UNFINISHED = re.compile(rf"\.{_NAME.pattern}\.building|\.current\.{_NAME.pattern}", re.ASCII)


def version_name(made: datetime, input_fingerprint: str) -> str:
    """Return the name of a version, by when it was made (in UTC) and of what; later ones sort after it."""
    return f"{made:%Y%m%dT%H%M%S}.{made.microsecond:06d}Z-{input_fingerprint[:8]}"


def versions(root: Path) -> list[Path]:
    """Return the folders of the whole versions in a folder, oldest first; none where it does not exist."""
    found = [manifest.parent for manifest in root.glob("*/manifest.json")]
    return sorted(folder for folder in found if _NAME.fullmatch(folder.name) and not folder.is_symlink())


def building(root: Path, version: str) -> Path:
    """Return where a version is written before it is whole."""
    return root / f".{version}.building"


def coming(root: Path, version: str) -> Path:
    """Return the link that is about to become ``current``."""
    return root / f".current.{version}"


def unfinished(root: Path) -> list[Path]:
    """Return the versions and links that are not yet in their places; where nobody writes, killed runs left them."""
    return [path for path in root.iterdir() if _UNFINISHED.fullmatch(path.name)]
