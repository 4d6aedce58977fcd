"""Which artists go together: a matrix of artists by artists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from preprocessing.taste.company import Ties

TIE_PRIOR = 10.0  # ties that an artist's degree is shrunk by: few ties say little

Block = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Graph:
    """The symmetric sums of ties."""

    sums: csr_array  # (n_artists, n_artists), float32
    degrees: NDArray[np.float64]  # (n_artists,), summed absolute weights

    @classmethod
    def of(cls, ties: Sequence[Ties], n_artists: int) -> Graph:
        """Return the graph of some ties."""
        one, other, weight = (np.concatenate([getattr(part, name) for part in ties]) for name in _COLUMNS)
        ends = tuple(np.concatenate(columns, dtype=np.int32) for columns in ((one, other), (other, one)))
        pairs = coo_array((np.tile(weight.astype(np.float32), 2), ends), shape=(n_artists, n_artists))
        # Equal pairs stay side by side: a product adds them up as well, and to bring them together costs more.
        pairs.has_canonical_format = True
        degrees = np.bincount(ends[0], np.abs(pairs.data), n_artists)
        return cls(csr_array(pairs), degrees.astype(np.float64))

    def normalised(self) -> csr_array:
        """Return it with rows and columns scaled, so that artists of many ties do not govern."""
        scale = (1 / np.sqrt(self.degrees + TIE_PRIOR)).astype(np.float32)
        ends, pointers = self.sums.indices, self.sums.indptr
        scaled = self.sums.data * np.repeat(scale, np.diff(pointers)) * scale[ends]
        return csr_array((scaled, ends, pointers), shape=self.sums.shape)


_COLUMNS = ("one", "other", "weight")
