"""What was learned of the settled events, kept beside the artifacts: the runs of the next days find it there.

It is found under a digest of all that it follows from, the code that learns included, so that anything new misses it.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.all_events import OfAllEvents
from preprocessing.artifacts import Ragged, TasteNumbers
from preprocessing.kept import Kept
from preprocessing.parameters import Parameters

_CODE = Path(__file__).parent
_LIBRARIES = ("numpy", "polars", "scipy")
_COLUMNS = ("user_idx", "track_idx", "time", "opens", "first_hearing")  # the others follow from these
_TASTE = "taste"


@dataclass(frozen=True, slots=True)
class LearnedBefore:
    """A file in a folder that can be deleted at any time."""

    folder: Path

    def find(self, key: str) -> OfAllEvents | None:
        """Return what was kept under a key, or None."""
        path = self._kept.find(key)
        if path is None:
            return None
        try:
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                arrays = dict(file)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        taste = str(arrays.pop(_TASTE))
        columns: dict[str, NDArray[Any] | Ragged] = {name: part for name, part in arrays.items() if "." not in name}
        ragged = {name.partition(".")[0] for name in arrays if "." in name}
        columns |= {name: Ragged(arrays[f"{name}.offsets"], arrays[f"{name}.values"]) for name in ragged}
        return OfAllEvents(columns, TasteNumbers.model_validate_json(taste) if taste else None)

    def keep(self, key: str, made: OfAllEvents) -> None:
        """Keep it in place of what was kept; where the folder cannot be written, it is learned again the next time."""
        arrays: dict[str, Any] = {_TASTE: made.taste.model_dump_json() if made.taste else ""}
        for name, column in made.columns.items():
            if isinstance(column, Ragged):
                arrays |= {f"{name}.offsets": column.offsets, f"{name}.values": column.values}
            else:
                arrays[name] = column
        kept = self._kept
        kept.keep(key, lambda file: np.savez(file, **arrays))
        kept.forget_others({key})

    def forget(self) -> None:
        """Remove what was kept."""
        self._kept.forget_others()

    @property
    def _kept(self) -> Kept:
        return Kept(self.folder, ".npz")


def key_of(settled: pl.DataFrame, artist: pl.Series, parameters: Parameters) -> str:
    """Return a digest of all that what is learned follows from.

    Args:
        settled: The events, users numbered by themselves.
        artist: Of each track, its row.
        parameters: All of them.
    """
    digest = hashlib.sha256(parameters.model_dump_json().encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for file in sorted(_CODE.rglob("*.py")):
        digest.update(file.read_bytes())
    for column in (artist, *(settled[name] for name in _COLUMNS)):
        digest.update(np.ascontiguousarray(column.to_numpy()).data)
    return digest.hexdigest()
