"""A column of texts as one UTF-8 buffer with offsets: mapped, not copied, unlike a list of Python strings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Texts(Sequence[str]):
    """n texts; text i is ``buffer[offsets[i]:offsets[i + 1]]``, decoded."""

    offsets: NDArray[np.int64]  # (n + 1,), ascending from 0 to len(buffer)
    buffer: NDArray[np.uint8]  # (bytes,), UTF-8

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Return the packed form of some texts."""
        encoded = [text.encode() for text in texts]
        offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in encoded], out=offsets[1:])
        return cls(offsets, np.frombuffer(b"".join(encoded), dtype=np.uint8))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        if row < 0:
            row += len(self)
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self.buffer[self.offsets[row] : self.offsets[row + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))
