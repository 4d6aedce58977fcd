"""Work in small pieces gives what work in one piece gives."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import polars as pl
import pytest

from preprocessing import portions, runs
from preprocessing.artifacts import Artifacts

Row = dict[str, Any]
Preprocess = Callable[..., Artifacts]
MakeEvent = Callable[..., Row]


def test_a_portion_holds_whole_owners(monkeypatch: pytest.MonkeyPatch) -> None:
    """A portion of two rows grows to the end of its last owner."""
    monkeypatch.setattr(portions, "PORTION_ROWS", 2)
    frame = pl.DataFrame({"user_idx": [0, 1, 1, 1, 2, 3]})
    assert [part["user_idx"].to_list() for part in portions.portions(frame, "user_idx")] == [[0, 1, 1, 1], [2, 3]]


def test_a_frame_that_is_not_sorted_is_refused() -> None:
    """Owners that do not stand together would be cut."""
    with pytest.raises(ValueError, match="not sorted by user_idx"):
        list(portions.portions(pl.DataFrame({"user_idx": [1, 0, 1]}), "user_idx"))


def test_small_portions_and_blocks_give_the_same_bytes(
    preprocess: Preprocess, make_event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file of the artifacts has the checksum that it has when all is done in one piece."""
    rng = Random(5)
    rows = [
        make_event(rng.randrange(30), rng.choice([10, 11, 20, 21, 30]), round(rng.random(), 2), rng.randrange(90_000))
        for _ in range(2000)
    ]
    whole = preprocess(rows).manifest.files
    monkeypatch.setattr(portions, "PORTION_ROWS", 100)
    monkeypatch.setattr(runs, "TABLE", 7)
    assert preprocess(rows).manifest.files == whole


def test_events_of_one_user_and_moment_are_in_one_order(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """A last of the same millisecond closes the session behind the next, however far apart the times are."""
    rows = [
        make_event(1, 10, 1.0, 0, message="last"),
        make_event(1, 11, 1.0, 0),
        make_event(1, 20, 1.0, 1),
        make_event(2**40, 20, 1.0, -1_600_000_000),
        make_event(2**40, 30, 1.0, 90_000_000_000),
    ]
    artifacts = preprocess(rows)
    assert artifacts.user_first_tracks.row(0) == [2, 1]
    assert artifacts.user_first_tracks.row(1) == [4, 2]
