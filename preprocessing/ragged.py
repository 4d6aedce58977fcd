"""From rows of (owner, value) to a ragged list."""

from __future__ import annotations

import numpy as np
import polars as pl

from preprocessing.artifacts import Ragged


def to_ragged(frame: pl.DataFrame, n: int) -> Ragged:
    """Return a list per owner.

    Args:
        frame: Two columns, the owner's row and a value, sorted by owner, each owner's values in their order.
        n: Number of owners.
    """
    owners, values = frame.get_columns()
    offsets = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(owners.to_numpy(), minlength=n), out=offsets[1:])
    return Ragged(offsets, values.cast(pl.Int32).to_numpy())
