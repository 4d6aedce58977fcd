"""A playback on the wire: what was heard, and how much of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.ids import TrackIdOut

Fraction = Annotated[
    float,
    Field(ge=0, le=1, allow_inf_nan=False, strict=True, description="Fraction of the track that was listened to."),
]


class IntegerPlayback(BaseModel):
    """A finished playback of a catalogue with integer ids."""

    track: Annotated[int, Field(strict=True)]
    time: Fraction


class StringPlayback(BaseModel):
    """A finished playback of a catalogue with string ids."""

    track: Annotated[str, Field(strict=True, max_length=256)]
    time: Fraction


class PlaybackIn(BaseModel):
    """What was just heard, and how much of it."""

    model_config = ConfigDict(json_schema_extra={"example": {"track": 10, "time": 0.93}})

    track: TrackIdOut = Field(description="Id of the track, of the catalogue's type: all integers or all strings.")
    time: Fraction


class PlaybackOut(BaseModel):
    """A playback of the live session."""

    track: TrackIdOut
    time: float
