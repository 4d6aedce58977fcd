"""The catalogue on the wire: tracks, and how they are listened to."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.ids import TrackIdOut


class Track(BaseModel):
    """A track of the catalogue."""

    model_config = ConfigDict(json_schema_extra={"example": {"track": 42, "artist": "The Invented", "title": "A Song"}})

    track: TrackIdOut
    artist: str
    title: str


class Found(BaseModel):
    """Tracks that a search found, the best match first."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"tracks": [{"track": 42, "artist": "The Invented", "title": "A Song"}]}}
    )

    tracks: list[Track]


class NeighbourOut(Track):
    """A track that is listened to together with another."""

    score: float = Field(description="How closely, 0 to 1: the cosine of their sessions, shrunk.")


class TrackDetail(Track):
    """A track and how it is listened to."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "track": 42,
                "artist": "The Invented",
                "title": "A Song",
                "plays": 57,
                "appeal": 0.61,
                "neighbours": [{"track": 7, "artist": "Another", "title": "A Dance", "score": 0.31}],
                "artist_tracks": [{"track": 42, "artist": "The Invented", "title": "A Song"}],
                "artist_track_count": 1,
            }
        }
    )

    plays: int = Field(description="Playbacks in the log.")
    appeal: float = Field(description="Fraction of it that people listen to, 0 to 1, shrunk toward its artist's.")
    neighbours: list[NeighbourOut] = Field(description="Listened to together with it, closest first (at most 20).")
    artist_tracks: list[Track] = Field(description="By the same artist, highest appeal first (at most 20).")
    artist_track_count: int
