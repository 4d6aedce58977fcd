"""Artists as vectors, on a log of two camps."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from preprocessing.artist_factors import artist_factors
from preprocessing.schemas import TIME_UNITS

ARTIST_OF = pl.Series([0, 1, 2, 3, 4], dtype=pl.Int32)  # a track each


def learned(rows: list[tuple[int, int, float]], most_users: int = 100) -> np.ndarray:
    """Return the vectors of five artists after (user, track, fraction) was heard."""
    users, tracks, fractions = zip(*rows, strict=True) if rows else ((), (), ())
    times = [round(fraction * TIME_UNITS) for fraction in fractions]
    schema = {"user_idx": pl.Int32, "track_idx": pl.Int32, "time": pl.Int32}
    events = pl.DataFrame({"user_idx": users, "track_idx": tracks, "time": times}, schema=schema)
    return artist_factors(events.sort("user_idx"), ARTIST_OF, 5, 3, most_users)


CAMPS = [(user, track, 1.0) for user in range(10) for track in ((0, 1) if user < 5 else (2, 3))]


def test_a_user_who_heard_one_artist_is_expected_to_hear_the_other_of_the_camp() -> None:
    """Folding in one track of artist 0 expects nearly 1 of artists 0 and 1, and nearly 0 of 2, 3 and 4."""
    vectors = learned(CAMPS)
    heard = vectors[0]
    user = heard * (1 + 1 / 20) / (heard @ heard + 1 / 20)
    assert (vectors @ user).round(1).tolist() == pytest.approx([1, 1, 0, 0, 0], abs=0.15)


def test_the_basis_weighs_unheard_artists_and_the_penalty_by_one() -> None:
    """In any basis the fold-in solves (YY + 1) u = 0 for a user who heard nothing; in this one (YY + 1) is 1."""
    vectors = learned(CAMPS).astype(np.float64)
    # With original vectors V and B = cholesky(VV + 1), these are V / B: their squares are 1 - 1 / (VV + 1) < 1.
    assert np.linalg.eigvalsh(vectors.T @ vectors).max() < 1


def test_who_was_only_skipped_is_at_zero() -> None:
    """Artist 4 was skipped by everybody, artist 3 heard by nobody: neither has a direction."""
    vectors = learned([(user, track, 1.0) for user in range(4) for track in (0, 1)] + [(0, 4, 0.1)])
    assert not vectors[[3, 4]].any()
    assert vectors[[0, 1]].any()


def test_the_users_who_heard_most_artists_are_learned_from() -> None:
    """With one user, it is user 9, who heard three artists; what others heard does not matter."""
    rows = [*CAMPS, (9, 0, 1.0)]
    assert np.array_equal(learned(rows, most_users=1), learned([row for row in rows if row[0] == 9]))


def test_an_empty_log_gives_zeros() -> None:
    """Nobody heard anything."""
    assert not learned([]).any()
