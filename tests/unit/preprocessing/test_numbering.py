"""Users are numbered in the order of their ids."""

from __future__ import annotations

import polars as pl
import pytest

from preprocessing.ingest import numbered


@pytest.mark.parametrize("apart", [1, 10**15])
def test_users_close_and_far_apart_are_numbered_alike(apart: int) -> None:
    """Of four rows by three users, the one of the lowest id has row 0, though it comes last."""
    users = [5 * apart, 3 * apart, 5 * apart, 2 * apart]
    rows, ids = numbered(pl.DataFrame({"user": users, "time": [1, 2, 3, 4]}))
    assert rows["user_idx"].to_list() == [2, 1, 2, 0]
    assert rows["user_idx"].dtype == pl.Int32
    assert rows["time"].to_list() == [1, 2, 3, 4]
    assert [int(user) for user in ids] == [2 * apart, 3 * apart, 5 * apart]
