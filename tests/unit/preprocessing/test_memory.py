"""What is free goes back to the system."""

from __future__ import annotations

import ctypes

import numpy as np
import psutil
import pytest

from preprocessing.memory import give_back

MIB = 2**20


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="this C library is not glibc")
def test_what_is_free_goes_back() -> None:
    """Of 200 MiB in small pieces, freed but for every hundredth, at least 100 go back at once."""
    pieces = [np.ones(2**16, dtype=np.uint8) for _ in range(3200)]
    kept = pieces[::100]
    del pieces
    process = psutil.Process()
    before = process.memory_info().rss
    give_back()
    assert len(kept) == 32
    assert before - process.memory_info().rss >= 100 * MIB
