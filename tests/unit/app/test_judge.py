"""The live report is that of the command, made beside the service."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from app.judge import Judge
from tests.unit.experiments.logs import many_users


@pytest.mark.anyio
async def test_a_log_is_judged_once_for_all_who_ask(tmp_path: Path) -> None:
    """Two who ask at once get the same report, with a row per metric; the verdict's metric stands first."""
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(row) + "\n" for row in many_users()))
    judge = Judge(tmp_path)
    first, second = await asyncio.gather(judge.report(), judge.report())
    assert first is second
    assert first.comparisons[0].metric == "mean_time_per_session"
    assert (first.comparisons[0].treatment, first.comparisons[0].n_control) == ("T1", 60)
    assert first.reason == ""


@pytest.mark.anyio
async def test_a_log_that_cannot_be_judged(tmp_path: Path) -> None:
    """The command's own sentence is the reason."""
    report = await Judge(tmp_path).report()
    assert report.comparisons == []
    assert "There is no log at" in report.reason
