"""What is looked at piece by piece is looked at whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from preprocessing.artifacts import load
from preprocessing.artifacts.checked import NOTE
from preprocessing.artifacts.pieces import PIECE, ascends, checksum, lies_within
from tests.worlds import World


class Pauses:
    """Counts how often it was called."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self) -> None:
        """Count."""
        self.n += 1


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_checksum_is_that_of_the_whole_file(tmp_path: Path, size: int) -> None:
    """However many pieces a file has, its digest is the standard one, with a pause after each piece."""
    content = np.random.default_rng(1).bytes(size)
    (tmp_path / "file").write_bytes(content)
    pauses = Pauses()
    assert checksum(tmp_path / "file", pauses) == hashlib.sha256(content).hexdigest()
    assert pauses.n == -(-size // PIECE)


@pytest.mark.parametrize("at", [1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 9])
def test_a_step_down_is_found_wherever_it_is(at: int) -> None:
    """Also where one piece ends and the next begins; an equal value counts only where the order is strict."""
    array = np.arange(2 * PIECE + 10)
    assert ascends(array, Pauses(), strictly=True)
    array[at] = array[at - 1]
    assert not ascends(array, Pauses(), strictly=True)
    assert ascends(array, Pauses(), strictly=False)
    array[at] -= 1
    assert not ascends(array, Pauses(), strictly=False)


@pytest.mark.parametrize("at", [0, PIECE - 1, PIECE, 2 * PIECE])
def test_a_value_out_of_bounds_is_found_wherever_it_is(at: int) -> None:
    """In the first piece, in the last, and on either side of a border; of nothing, all lies within."""
    array = np.zeros((2 * PIECE + 1, 2), np.int8)
    assert lies_within(array, 0, 0, Pauses())
    for value in (-1, 1):
        array[at, 1] = value
        assert not lies_within(array, 0, 0, Pauses())
    assert lies_within(array[:0], 0, 0, Pauses())


def test_a_load_pauses_all_along(world: World) -> None:
    """A load that reads pauses at least three times per file of numbers, one that only maps once for each."""
    (world.folder / NOTE).unlink(missing_ok=True)
    read, mapped = Pauses(), Pauses()
    n_files = len(load(world.folder, pause=read).manifest.files)
    load(world.folder, pause=mapped)
    assert mapped.n == n_files
    assert read.n >= 2 * n_files
