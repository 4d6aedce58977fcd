"""How far ties can be trusted."""

from __future__ import annotations

import numpy as np
import pytest

from preprocessing.taste.company import Ties
from preprocessing.taste.trust import FEWEST, WORTH, WORTH_BOUNDS, trusted

GENRES, SIZE = 4, 10
N_ARTISTS, N_USERS = GENRES * SIZE, 400
FOLD = np.arange(N_USERS) % 4


def pairs(n: int, for_a_reason: float, seed: int = 0) -> Ties:
    """Pairs of artists: a share of them of one genre, the others of any two artists."""
    rng = np.random.default_rng(seed)
    one, other = rng.integers(0, N_ARTISTS, (2, n))
    reason = rng.random(n) < for_a_reason
    other[reason] = one[reason] // SIZE * SIZE + rng.integers(0, SIZE, int(reason.sum()))
    return Ties(rng.integers(0, N_USERS, n), one, other, np.ones(n)).between()


def surpluses(n: int, gain: float, seed: int = 1) -> Ties:
    """Playbacks after a first artist, heard longer by ``gain`` where the genre is the same."""
    rng = np.random.default_rng(seed)
    one, other = rng.integers(0, N_ARTISTS, (2, n))
    surplus = gain * (one // SIZE == other // SIZE) + rng.normal(0, 0.3, n)
    return Ties(rng.integers(0, N_USERS, n), one, other, surplus - surplus.mean()).between()


def of_one_genre(ties: Ties) -> np.ndarray:
    """Whether the two artists of each tie are of one genre."""
    same: np.ndarray = ties.one // SIZE == ties.other // SIZE
    return same


def test_pairs_for_a_reason_are_told_from_those_by_chance() -> None:
    """Of pairs of which half are of one genre for a reason, those of one genre count at least five times as much."""
    ties = pairs(6000, 0.5)
    shares, same = trusted(ties, surpluses(100, 0), FOLD, N_ARTISTS, 8).shares, of_one_genre(ties)
    assert shares[same].mean() > 5 * shares[~same].mean()


def test_where_all_is_chance_no_pair_is_preferred() -> None:
    """Pairs that chance brought together count about the same, whatever artists they are of."""
    ties = pairs(6000, 0.0)
    shares, same = trusted(ties, surpluses(100, 0), FOLD, N_ARTISTS, 8).shares, of_one_genre(ties)
    assert shares[same].mean() == pytest.approx(shares[~same].mean(), abs=0.1)


def test_playbacks_count_the_more_the_less_openings_say() -> None:
    """A surplus is worth more beside pairs of which a tenth has a reason than beside pairs of which half has."""

    def worth(for_a_reason: float) -> float:
        return trusted(pairs(6000, for_a_reason), surpluses(6000, 0.5), FOLD, N_ARTISTS, 8).worth

    low, high = WORTH_BOUNDS
    assert low <= worth(0.5) < worth(0.1) <= high


def test_few_pairs_are_taken_as_they_are() -> None:
    """Where shares cannot be read off, every pair counts as one, and playbacks as they do before the log speaks."""
    few = pairs(FEWEST // 2, 0.5)
    found = trusted(few, surpluses(100, 0.5), FOLD, N_ARTISTS, 8)
    assert found.shares.tolist() == [1.0] * len(few)
    assert found.worth == WORTH
