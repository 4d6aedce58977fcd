"""Finished columns set aside on disk while others are made: of a large log they would take a tenth of the memory."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from preprocessing.artifacts import Ragged

LEAST_BYTES = 2**25  # a smaller array takes more time to write than memory


@dataclass(frozen=True, slots=True)
class Aside:
    """A folder for files that have no name: they are gone with the last that maps them, however the run ends."""

    folder: Path | None  # None: all stays in memory

    def array(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return an array that is mapped instead of held if it is large; where it cannot be written, as it is."""
        if self.folder is None or array.nbytes < LEAST_BYTES:
            return array
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder) as file:
                np.ascontiguousarray(array).tofile(file)
                # A plain array over the map, as in ``artifacts.load``.
                return np.memmap(file, dtype=array.dtype, mode="r", shape=array.shape).view(np.ndarray)
        return array

    def ragged(self, lists: Ragged) -> Ragged:
        """Return lists whose large arrays are mapped."""
        return Ragged(self.array(lists.offsets), self.array(lists.values))
