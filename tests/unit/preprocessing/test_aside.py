"""What is finished need not stay in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from preprocessing import aside
from preprocessing.artifacts import Ragged


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "LEAST_BYTES", 8)


def test_a_large_array_is_mapped(tmp_path: Path) -> None:
    """It holds the same numbers in the same shape, and no file is left to be seen."""
    table = np.arange(6, dtype=np.int32).reshape(3, 2)
    put = aside.Aside(tmp_path / "parts").array(table)
    assert isinstance(put.base, np.memmap)
    assert put.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert list((tmp_path / "parts").iterdir()) == []


def test_of_a_list_of_lists_both_arrays_are_mapped(tmp_path: Path) -> None:
    """Its rows stay what they are."""
    put = aside.Aside(tmp_path).ragged(Ragged(np.array([0, 2, 3]), np.array([7, 8, 9], dtype=np.int32)))
    assert isinstance(put.offsets.base, np.memmap)
    assert isinstance(put.values.base, np.memmap)
    assert (put.row(0), put.row(1)) == ([7, 8], [9])


def test_small_arrays_stay(tmp_path: Path) -> None:
    """Four bytes are less than eight."""
    table = np.zeros(1, dtype=np.int32)
    assert aside.Aside(tmp_path).array(table) is table


def test_what_cannot_be_written_stays_in_memory(tmp_path: Path) -> None:
    """Where a file stands in the way of the folder, the array is given back; without a folder as well."""
    (tmp_path / "parts").touch()
    table = np.arange(6)
    assert aside.Aside(tmp_path / "parts").array(table) is table
    assert aside.Aside(None).array(table) is table
