"""Whom the members of a cell make pairs with."""

from __future__ import annotations

import numpy as np

from preprocessing.windows import Members, Windows


def pairs_of(weights: list[int], where: list[int]) -> list[tuple[int, int]]:
    """Return (partner, weight) of some members of two cells, of three and two members, with a lag of one."""
    members = Members(np.array([0, 0, 0, 1, 1]), np.array([7, 8, 9, 8, 7]), np.array(weights))
    windows = Windows.of(members, 1)
    packed = windows.pairs_of(np.array(where))
    bits = windows.weight_bits
    return [(int(number) >> bits, int(number) % 2**bits) for number in packed]


def test_a_pair_weighs_the_product_of_its_members() -> None:
    """The second of the first cell stands between two others; the last of the second has one before it."""
    assert pairs_of([1, 2, 3, 4, 5], [1, 4]) == [(7, 2), (9, 6), (8, 20)]


def test_members_who_weigh_the_same_weigh_as_much() -> None:
    """Where all of each cell weigh the same, a pair weighs the square."""
    assert pairs_of([3, 3, 3, 2, 2], [0, 1, 4]) == [(8, 9), (7, 9), (9, 9), (8, 4)]
