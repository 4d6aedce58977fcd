"""What the clock of a store shows, whatever kind of store it is."""

from __future__ import annotations

import time

import pytest

from app.sessions.connecting import clock_s, connect, disconnect
from app.settings.models import RedisSettings


@pytest.mark.anyio
@pytest.mark.parametrize("kind", ["plain", "sentinel", "cluster"])
async def test_a_stores_clock_is_read(kind: str, request: pytest.FixtureRequest) -> None:
    """A server of this machine shows this machine's time."""
    client = connect(request.getfixturevalue(f"{kind}_url"), RedisSettings())
    try:
        before = time.time()
        assert before - 0.01 <= await clock_s(client) <= time.time() + 0.01
    finally:
        await disconnect(client)
