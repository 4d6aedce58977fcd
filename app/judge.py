"""The report on the experiments over the log so far, made beside the service, not in it."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from pydantic import BaseModel, Field
from pydantic_core import from_json

FRESH_S = 60.0  # a report is kept so long
LONGEST_S = 100.0


class Comparison(BaseModel):
    """A treatment against its control in one metric; null: not defined, too little is known."""

    experiment: str
    treatment: str
    metric: str
    control_mean: float | None
    treatment_mean: float | None
    effect_percent: float | None
    lower_percent: float | None = Field(description="Of the 95 % interval of the effect.")
    upper_percent: float | None
    p_value: float | None
    n_control: int = Field(description="Users.")
    n_treatment: int
    significant: bool | None = Field(description="After Holm's correction for several treatments.")


class LiveReport(BaseModel):
    """What the log says so far."""

    made_at: datetime
    comparisons: list[Comparison] = Field([], description="The metric that the verdict is about stands first.")
    reason: str = Field("", description="Why there is no comparison.")


class Judge:
    """Asks ``python -m experiments report`` in a process of its own: no memory stays and no request waits.

    Args:
        log: Folder of the playback log.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._lock = asyncio.Lock()
        self._made: tuple[float, LiveReport] | None = None

    async def report(self) -> LiveReport:
        """Return the report, at most a minute old; those who ask at once get the same."""
        async with self._lock:
            if self._made is None or time.monotonic() - self._made[0] > FRESH_S:
                self._made = time.monotonic(), await self._judged()
            return self._made[1]

    async def _judged(self) -> LiveReport:
        made_at = datetime.now(UTC)
        if find_spec("statsmodels") is None:
            return LiveReport(made_at=made_at, reason="Judging needs more packages: 'make setup' installs them.")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "experiments", "report", str(self._log), "--json", "-",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(LONGEST_S):
                figures, complaint = await process.communicate()
        except TimeoutError:
            return LiveReport(made_at=made_at, reason=f"The log was not read within {LONGEST_S:g} s.")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            return LiveReport(made_at=made_at, reason=complaint.decode(errors="replace").strip()[-500:])
        return LiveReport(made_at=made_at, comparisons=from_json(figures))
