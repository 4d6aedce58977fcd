"""Write a version beside the others, then switch ``current`` to it: readers see the old one or the new."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from preprocessing.artifacts.errors import ArtifactError
from preprocessing.artifacts.ids import IntegerIds, TextIds
from preprocessing.artifacts.layout import LAYOUT
from preprocessing.artifacts.lock import only_writer
from preprocessing.artifacts.manifest import FORMAT_VERSION, Counts, FileEntry, Manifest, TasteNumbers
from preprocessing.artifacts.on_disk import on_disk
from preprocessing.artifacts.pieces import checksum
from preprocessing.artifacts.ragged import Ragged
from preprocessing.artifacts.texts import Texts
from preprocessing.artifacts.versions import building, coming, unfinished, version_name, versions

Column = NDArray[Any] | Ragged | Texts | IntegerIds | TextIds


@dataclass(frozen=True, slots=True)
class Draft:
    """What a version is made of, before it is written."""

    columns: Mapping[str, Column]  # one per name in LAYOUT
    input_fingerprint: str
    counts: Counts
    dropped: Mapping[str, int]
    parameters: Mapping[str, int | float]
    newest_session_ms: int | None = None
    taste: TasteNumbers | None = None


def publish(root: Path, draft: Draft) -> Path:
    """Write a draft as a new version below ``root``, point ``root/current`` at it and return its folder.

    An interrupted call leaves ``current`` as it was.

    Raises:
        ValueError: The draft lacks an artifact of the layout, or holds one that is not in it.
    """
    with only_writer(root):
        folder = write(root, draft)
        switch(root, folder.name)
    return folder


def write(root: Path, draft: Draft) -> Path:
    """Write a draft as a new version below ``root``, and return its folder; ``current`` stays where it is.

    Who goes on to ``switch`` and ``remove_old`` holds ``only_writer`` over all of them.

    Raises:
        ValueError: The draft lacks an artifact of the layout, or holds one that is not in it.
    """
    if draft.columns.keys() != LAYOUT.keys():
        raise ValueError(f"the draft differs from the layout in {sorted(draft.columns.keys() ^ LAYOUT.keys())}")
    with only_writer(root):
        for path in unfinished(root):
            _remove(path)
        return _written(root, draft)


def switch(root: Path, version: str) -> None:
    """Point ``root/current`` at a version, in one step: readers see the old one or the new.

    Raises:
        ArtifactError: The version is not there (any more).
    """
    with only_writer(root):
        if not (root / version / "manifest.json").is_file():
            raise ArtifactError(f"{root / version} is no version any more; did another run remove it? Run this again")
        fresh = coming(root, version)
        fresh.symlink_to(version)
        fresh.replace(root / "current")
        on_disk(root)


def remove_old(root: Path, keep: int) -> Sequence[str]:
    """Remove all but the ``keep`` newest versions (never the current one); return the names removed."""
    with only_writer(root):
        current = (root / "current").resolve().name
        old = [folder for folder in versions(root)[:-keep] if folder.name != current]
        for folder in old:
            shutil.rmtree(folder)
    return [folder.name for folder in old]


def _written(root: Path, draft: Draft) -> Path:
    now = datetime.now(UTC)
    version = version_name(now, draft.input_fingerprint)
    fresh, final = building(root, version), root / version
    fresh.mkdir()
    try:
        for name, column in draft.columns.items():
            for suffix, array in _arrays(column).items():
                _save(fresh / f"{name}{suffix}.npy", array)
        manifest = Manifest(
            format_version=FORMAT_VERSION,
            version=version,
            created=now.isoformat(timespec="seconds"),
            input_fingerprint=draft.input_fingerprint,
            track_id_type=_id_type(draft.columns["track_ids"]),
            user_id_type=_id_type(draft.columns["user_ids"]),
            counts=draft.counts,
            dropped=dict(draft.dropped),
            parameters=dict(draft.parameters),
            newest_session_ms=draft.newest_session_ms,
            taste=draft.taste,
            files={file.name: _entry(file) for file in sorted(fresh.iterdir())},
        )
        (fresh / "manifest.json").write_text(manifest.model_dump_json(indent=2) + "\n")
        # Each before the next: whatever a power cut leaves, a name leads to nothing or to all that belongs to it.
        on_disk(fresh / "manifest.json")
        on_disk(fresh)
        fresh.rename(final)
        on_disk(root)
    finally:
        _remove(fresh)
    return final


def _remove(path: Path) -> None:
    """Remove a link or a folder, if it is there."""
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _arrays(column: Column) -> dict[str, NDArray[Any]]:
    match column:
        case Ragged():
            return {".offsets": column.offsets, ".values": column.values}
        case Texts():
            return {".offsets": column.offsets, ".buffer": column.buffer}
        case IntegerIds():
            return {"": column.values}
        case TextIds():
            return _arrays(column.values)
        case _:
            return {"": column}


def _save(path: Path, array: NDArray[Any]) -> None:
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    on_disk(path)


def _entry(path: Path) -> FileEntry:
    return FileEntry(bytes=path.stat().st_size, sha256=checksum(path))


def _id_type(column: Column) -> Literal["integer", "string"]:
    return "string" if isinstance(column, TextIds) else "integer"
