"""Small numbers in one, and rows grouped by counting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from preprocessing import packed
from preprocessing.artifacts import Artifacts
from preprocessing.errors import InputError
from preprocessing.packed import bits_of, check_rows, grouped

Preprocess = Callable[..., Artifacts]
MakeEvent = Callable[..., dict[str, Any]]


def test_equal_rows_stand_together_in_their_order() -> None:
    """Row 0 stands at place 1, row 1 at 3 and 5, row 2 at 0, 2 and 4; row 3 nowhere."""
    assert grouped(np.array([2, 0, 2, 1, 2, 1]), 4).tolist() == [1, 3, 5, 0, 2, 4]


def test_nothing_is_grouped_into_nothing() -> None:
    """Of no rows there is no place."""
    assert grouped(np.array([], dtype=np.int32), 1).tolist() == []


def test_as_many_rows_are_told_as_have_no_bits() -> None:
    """Of 2 ** 24 rows pairs are made; of one more they are not, and the sentence says how many there may be."""
    check_rows(2**24, "users")
    assert bits_of(2**24) == 24
    with pytest.raises(InputError, match=r"^16,777,217 users are more than can be compared, 16,777,216; take a part"):
        check_rows(2**24 + 1, "users")


@pytest.mark.parametrize(("bits", "sentence"), [(2, "5 tracks are more than"), (3, "9 users are more than")])
def test_too_many_rows_are_told_before_anything_is_made(
    preprocess: Preprocess, make_event: MakeEvent, monkeypatch: pytest.MonkeyPatch, bits: int, sentence: str
) -> None:
    """A catalogue or a log of more rows than pairs are made of is refused in a sentence."""
    monkeypatch.setattr(packed, "MOST_BITS", bits)
    with pytest.raises(InputError, match=sentence):
        preprocess([make_event(user, 10, 0.5) for user in range(9)])
