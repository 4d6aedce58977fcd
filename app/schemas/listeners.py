"""A listener on the wire: the live session, and what is known of the user."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.ids import TrackIdOut, UserIdOut
from app.schemas.playback import PlaybackOut


class SessionOut(BaseModel):
    """A live session."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "user": 1,
                "session": "3f9c0a7be21100000004",
                "anchor": 10,
                "position": 1,
                "playbacks": [{"track": 10, "time": 0.93}, {"track": 2380, "time": 0.05}],
                "penalty": 1,
                "max_penalty": 5,
                "treatments": {"SEGUE": "T1"},
                "chain": "segue",
                "age_s": 41.5,
            }
        }
    )

    user: UserIdOut
    session: str
    anchor: TrackIdOut
    position: int
    playbacks: list[PlaybackOut] = Field(description="Oldest first; at most session.history_limit.")
    penalty: int
    max_penalty: int
    treatments: dict[str, str] = Field(description="The experiment that chose the chain, and the user's treatment.")
    chain: str
    age_s: float


class UserOut(BaseModel):
    """What the log knows of a user, best first (at most 100 of each)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "user": 1,
                "known": True,
                "first_tracks": [1519, 497],
                "favourites": [497, 1473],
                "disliked": [1061],
                "favourite_artists": ["The Invented"],
                "treatments": {"SEGUE": "T1"},
                "chain": "segue",
            }
        }
    )

    user: UserIdOut
    known: bool = Field(description="Whether the log holds this user; others are served too.")
    first_tracks: list[TrackIdOut]
    favourites: list[TrackIdOut]
    disliked: list[TrackIdOut]
    favourite_artists: list[str]
    treatments: dict[str, str] = Field(description="The experiment that chose the chain, and the user's treatment.")
    chain: str


class Forgotten(BaseModel):
    """What became of a user."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "user": 7,
                "until_ms": 1790000000000,
                "session": "ended",
                "events": "left out from the next 'make preprocess' on; the log files still hold them",
            }
        }
    )

    user: UserIdOut
    until_ms: int = Field(description="Events up to this time are forgotten; later ones count (ms since the epoch).")
    session: Literal["ended"] = "ended"
    events: str = "left out from the next 'make preprocess' on; the log files still hold them"
