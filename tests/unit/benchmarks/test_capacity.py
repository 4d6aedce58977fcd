"""The formulas of docs/capacity.md, with figures that can be checked by hand."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.capacity import Measured, plan

GIB = 2**30
ROUND = Measured(
    request_s=0.0003,
    store_s=0.00003,
    session_bytes=GIB / 6_480_000,
    event_bytes=GIB / 345_600_000,
    user_bytes=0,
    track_bytes=GIB / 1_000_000,
    private_bytes=GIB,
    task_s=0.0001,
    task_bytes=0,
)


def test_an_audience_above_what_artifacts_hold() -> None:
    """17.28 million users ask 12,000 times a second: two cells on two machines, each with all tracks twice."""
    assert plan(ROUND, 17_280_000, 1_000_000) == [
        "17,280,000",
        "12,000.0",
        "2",
        "6.00",
        "2",
        "0.60",
        "1.000",
        "8.00",  # two cells' tracks, and six workers
        "1.000",
        "24.00",  # 864 million playbacks of a cell
    ]


def test_an_audience_above_what_the_longest_task_holds() -> None:
    """Where a user's 100 playbacks take 64 GiB / 4,320,000 of the task, the same users are four cells."""
    needed = replace(ROUND, task_bytes=64 * GIB / 432_000_000)
    *_, cells, _, _, _, _, memory, _, hours = plan(needed, 17_280_000, 1_000_000)
    assert (cells, memory, hours) == ("4", "10.00", "12.00")
