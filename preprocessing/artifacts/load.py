"""Map a version into memory, and refuse it by name where anything in it is not as its manifest says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from preprocessing.artifacts.checked import note_good, standing_of, was_found_good
from preprocessing.artifacts.errors import ArtifactError
from preprocessing.artifacts.ids import Ids, IntegerIds, TextIds
from preprocessing.artifacts.layout import LAYOUT, Entry, files_of
from preprocessing.artifacts.manifest import FORMAT_VERSION, Manifest
from preprocessing.artifacts.pieces import Pause, ascends, checksum, lies_within
from preprocessing.artifacts.ragged import Ragged
from preprocessing.artifacts.texts import Texts
from preprocessing.artifacts.types import Artifacts

REMEDY = "run 'make preprocess' to make the artifacts again"


def load(path: Path, *, verify: bool = True, pause: Pause = lambda: None) -> Artifacts:
    """Return the artifacts of a version.

    Args:
        path: A version's folder, or the folder of versions (its ``current`` is taken).
        verify: Also compare every file with its checksum, unless it stands as it was once found good.
        pause: Called after every small piece of work, for a load beside something that must not wait.

    Raises:
        ArtifactError: A file is missing, truncated, damaged, or of another format version.
    """
    folder = _version_folder(path)
    manifest = _read_manifest(folder / "manifest.json")
    id_types = {"track_ids": manifest.track_id_type, "user_ids": manifest.user_id_type}
    standing = standing_of(folder, ["manifest.json", *manifest.files])
    good = was_found_good(folder, standing)
    columns: dict[str, Any] = {}
    for name, entry in LAYOUT.items():
        arrays = [
            _map(folder / file, dtype, manifest, pause, verify=verify and not good)
            for file, dtype in files_of(name, entry, id_types).items()
        ]
        columns[name] = _column(folder / f"{name}.npy", entry, arrays, manifest, pause, good=good)
    if verify and not good:
        note_good(folder, standing)
    return Artifacts(manifest=manifest, **columns)


def _version_folder(path: Path) -> Path:
    if not path.is_dir():
        raise ArtifactError(f"there is no artifacts folder at {path}: {REMEDY}")
    if (path / "manifest.json").is_file():
        return path.resolve()
    current = path / "current"
    if not current.is_dir():
        raise ArtifactError(f"{current} leads to no version: {REMEDY}")
    return current.resolve()


def _read_manifest(path: Path) -> Manifest:
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ArtifactError(f"{path} cannot be read ({error}): {REMEDY}") from error
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        found = error.errors()[0]
        where = ".".join(map(str, found["loc"]))
        raise ArtifactError(f"{path} is damaged ({where}: {found['msg']}): {REMEDY}") from error
    if manifest.format_version != FORMAT_VERSION:
        age = "newer" if manifest.format_version > FORMAT_VERSION else "older"
        raise ArtifactError(
            f"{path} has format version {manifest.format_version}, {age} than the {FORMAT_VERSION} "
            f"that this Segue reads: {'upgrade Segue, or ' if age == 'newer' else ''}{REMEDY}"
        )
    return manifest


def _map(path: Path, dtype: str, manifest: Manifest, pause: Pause, *, verify: bool) -> NDArray[Any]:
    expected = manifest.files.get(path.name)
    if expected is None:
        raise ArtifactError(f"{path.parent / 'manifest.json'} does not list {path.name}: {REMEDY}")
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ArtifactError(f"{path} is missing: {REMEDY}") from error
    if size != expected.bytes:
        raise ArtifactError(f"{path} has {size} bytes, its manifest says {expected.bytes}: {REMEDY}")
    try:
        if verify and checksum(path, pause) != expected.sha256:
            raise ArtifactError(f"{path} does not match its checksum: {REMEDY}")
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError, SyntaxError) as error:
        raise ArtifactError(f"{path} cannot be read ({error}): {REMEDY}") from error
    if array.dtype != np.dtype(dtype):
        raise ArtifactError(f"{path} holds {array.dtype}, not {dtype}: {REMEDY}")
    pause()
    # A plain array over the same map: NumPy's memmap subclass makes each slice four times as slow.
    return array.view(np.ndarray)


def _column(
    path: Path, entry: Entry, arrays: list[NDArray[Any]], manifest: Manifest, pause: Pause, *, good: bool
) -> Any:  # noqa: ANN401
    n: int = getattr(manifest.counts, entry.rows)
    if len(arrays) == 1:
        (array,) = arrays
        expected_axes = 1 if entry.columns is None else 2
        if array.ndim != expected_axes or len(array) != n:
            raise ArtifactError(f"{path} has shape {array.shape}, not {n} rows of {entry.rows}: {REMEDY}")
        if not good:
            _check_range(path, array, entry, manifest, pause)
        if entry.kind == "ids":
            if not (good or ascends(array, pause, strictly=True)):
                raise ArtifactError(f"{path} is not strictly ascending: {REMEDY}")
            return IntegerIds(array)
        return array
    offsets, values = arrays
    ends = offsets.shape == (n + 1,) and offsets[0] == 0 and offsets[-1] == len(values)
    if not ends or not (good or ascends(offsets, pause, strictly=False)):
        raise ArtifactError(f"{path.with_suffix('.offsets.npy')} does not fit {n} {entry.rows}: {REMEDY}")
    if not good:
        _check_range(path.with_suffix(".values.npy"), values, entry, manifest, pause)
    if entry.kind == "ragged":
        return Ragged(offsets, values)
    texts = Texts(offsets, values)
    ids: Ids = TextIds(texts)
    return ids if entry.kind == "ids" else texts


def _check_range(path: Path, array: NDArray[Any], entry: Entry, manifest: Manifest, pause: Pause) -> None:
    if entry.into is None:
        return
    n: int = getattr(manifest.counts, entry.into)
    if not lies_within(array, -1 if entry.padded else 0, n - 1, pause):
        raise ArtifactError(f"{path} points at rows {array.min()} to {array.max()} of {n} {entry.into}: {REMEDY}")
