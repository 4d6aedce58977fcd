"""The faults in short: fewer listeners, fewer requests, shorter; ``make faults`` is the whole of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.faults import FAULTS, Fault
from tests.faults.run import Size, run, skipped
from tests.worlds import World

pytestmark = pytest.mark.anyio
# Sessions are short enough for a catalogue of 24 tracks to hold an unheard one for each answer.
SHORT = Size(listeners=8, requests=200, lasts_s=1.5, length=8)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_nothing_is_lost(tmp_path: Path, world: World, fault: Fault) -> None:
    """Under a fault no answer fails, no event and no session is lost, and no promise is broken."""
    if reason := skipped(fault):
        pytest.skip(reason)
    account = await run(fault, SHORT, world.folder, tmp_path / "fault")
    assert account.requests >= SHORT.requests
    assert account.is_clean, account
