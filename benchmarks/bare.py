"""The yardstick: the bare FastAPI endpoint that one would start from, with the same body and one Redis round trip."""

from __future__ import annotations

import os

from fastapi import FastAPI
from pydantic import BaseModel
from redis.asyncio import Redis

app = FastAPI()
redis = Redis.from_url(os.environ["BARE_REDIS_URL"])


class Playback(BaseModel):
    """The same body as Segue's."""

    track: int
    time: float


@app.post("/next/{user}")
@app.post("/last/{user}")
async def next_track(user: int, playback: Playback) -> dict[str, int]:
    """Make one round trip and answer the same track."""
    await redis.incr(f"bare:{user}")
    return {"user": user, "track": playback.track}
