"""The manifest: what a version was made from, how, and what its files must be."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

FORMAT_VERSION = 1


class FileEntry(BaseModel):
    """One file of a version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int
    sha256: str


class Counts(BaseModel):
    """Rows of each dimension, and of the input that they were made from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tracks: int
    artists: int
    users: int
    groups: int = 0
    events: int
    sessions: int


class TasteNumbers(BaseModel):
    """The numbers of the taste model that belong to nobody in particular; see ``docs/session-taste.md``."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    similarity: float  # slope of the inner product of two artists, in the logit
    same_artist: float  # what an artist gains by being the one that the session began with, in the logit
    fatigue: list[float]  # what is left of an artist's appeal, by times heard in the session
    log_loss: float  # of the fit, per playback
    mean_log_loss: float  # of a model that expects the mean of everything

    def left(self, times_heard: int) -> float:
        """Return what fatigue leaves of an artist's appeal after so many tracks in the session, 0 to 1."""
        return self.fatigue[min(times_heard, len(self.fatigue) - 1)]


class Manifest(BaseModel):
    """``manifest.json``, written last: a folder without it is not a version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: int
    version: str  # the folder's name
    created: str  # ISO 8601, UTC
    input_fingerprint: str  # SHA-256 over the input files' contents
    track_id_type: Literal["integer", "string"]
    user_id_type: Literal["integer", "string"]
    counts: Counts
    dropped: dict[str, int]  # rows left out of the log (or the catalogue), by rule
    parameters: dict[str, int | float]  # the thresholds and sizes of the preprocessing
    newest_session_ms: int | None = None  # when the newest session of the log opened, since the epoch; None: no log
    taste: TasteNumbers | None = None  # None: the log was too small to learn it
    files: dict[str, FileEntry]
