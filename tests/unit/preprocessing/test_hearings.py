"""First hearings, and what is summed of them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from preprocessing import hearings as hearings_module
from preprocessing.entries import entries_of
from preprocessing.hearings import Hearings, first_hearings


@pytest.fixture
def heard() -> Hearings:
    """User 0 heard tracks 1 and 0, user 2 track 1; track 0 has an appeal of 0.25 and track 1 one of 0.5."""
    events = pl.DataFrame(
        {
            "user_idx": [0, 0, 0, 2],
            "track_idx": [1, 1, 0, 1],
            "time": [10_000, 0, 0, 4_000],
            "first_hearing": [True, False, True, True],
        },
        schema_overrides={"user_idx": pl.Int32, "track_idx": pl.Int32, "time": pl.Int32},
    )
    return first_hearings(events, pl.Series([0.25, 0.5], dtype=pl.Float32), 4)


def test_a_first_hearing_says_how_much_more_was_heard_than_usual(heard: Hearings) -> None:
    """What was heard again says nothing, and users without a hearing have none."""
    assert heard.offsets.tolist() == [0, 2, 2, 3, 3]
    assert heard.track.tolist() == [1, 0, 1]
    assert heard.more.tolist() == [5_000, -2_500, -1_000]
    assert heard.amount(slice(0, 3)).tolist() == [15_000, 7_500, 9_000]


def test_hearings_of_some_users_follow_in_the_order_that_is_asked_for(heard: Hearings) -> None:
    """Those of user 2 come first where user 2 is named first; a user without any adds none."""
    rows, counts = heard.rows(np.array([2, 1, 0]))
    assert (rows.tolist(), counts.tolist()) == ([2, 0, 1], [1, 0, 2])
    assert heard.user(slice(0, 3)).tolist() == [0, 0, 2]


def test_portions_cut_no_user_in_two(heard: Hearings, monkeypatch: pytest.MonkeyPatch) -> None:
    """With portions of one hearing, user 0 is a portion of two, and all users are in some portion."""
    monkeypatch.setattr(hearings_module, "PORTION_ROWS", 1)
    found = list(heard.portions())
    assert found[0] == (slice(0, 1), slice(0, 2))
    assert [users.start for users, _ in found[1:]] == [users.stop for users, _ in found[:-1]]
    assert found[-1][0].stop == 4
    assert sum(rows.stop - rows.start for _, rows in found) == 3


def test_amounts_are_summed_by_owner_and_item() -> None:
    """Owner 5 has items 1 (twice) and 7, owner 3 after it item 1 alone: owners keep their order, items are sorted."""
    entries = entries_of(
        np.array([5, 5, 5, 3], np.int32), np.array([7, 1, 1, 1], np.int32), np.array([10, 20_000, 1, 4])
    )
    assert entries.owner.tolist() == [5, 5, 3]
    assert entries.item.tolist() == [1, 7, 1]
    assert entries.total.tolist() == [20_001, 10, 4]
    assert entries.rows.tolist() == [2, 1, 1]


def test_no_rows_have_no_entries() -> None:
    """Nothing sums to nothing."""
    nothing = np.zeros(0, np.int32)
    assert len(entries_of(nothing, nothing, nothing).owner) == 0
