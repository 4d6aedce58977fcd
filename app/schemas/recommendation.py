"""An answer on the wire, and how it came about."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from app.schemas.ids import TrackIdOut, UserIdOut


class Removal(BaseModel):
    """A candidate that a stage removed."""

    track: TrackIdOut
    reason: Literal["disliked", "skipped", "heard", "replaced"]


class StepOut(BaseModel):
    """What one stage of the chain did."""

    strategy: str
    role: str
    candidates: int = Field(description="Tracks on the slate after this stage.")
    added: list[TrackIdOut] = Field(description="Tracks that this stage put there (the first 20).")
    removed: list[Removal] = Field(description="Tracks that this stage removed (the first 20), and why.")
    removed_count: int
    removed_reasons: dict[str, int] = Field(description="Of all that were removed: how many for each reason.")


class PenaltyOut(BaseModel):
    """Skips in a row."""

    count: int = Field(description="After this playback; it starts again at 0 when it reaches the maximum.")
    max: int
    skip_threshold: float = Field(description="A fraction listened of at most this is a skip.")
    penalised: bool = Field(description="This playback brought the count to the maximum: the fallback answers.")


class TraceOut(BaseModel):
    """How the answer came about."""

    session: str
    position: int = Field(description="Of the playback that is answered, 0-based.")
    anchor: TrackIdOut = Field(description="The track that the listener came with.")
    treatments: dict[str, str] = Field(description="The experiment that chose the chain, and the user's treatment.")
    chain: str
    answered_by: str = Field(description="The strategy that put the answer on the slate.")
    propensity: float | None = Field(description="Probability of this answer under this chain; null: not known.")
    penalty: PenaltyOut
    steps: list[StepOut]


class NextTrack(BaseModel):
    """The next track."""

    user: UserIdOut
    track: TrackIdOut
    tracks: list[TrackIdOut] | None = Field(None, description="With ?n=: a queue of distinct tracks, `track` first.")
    trace: TraceOut | None = Field(None, description="With ?explain=true.")


class LastTrack(BaseModel):
    """That the session has ended."""

    user: UserIdOut
