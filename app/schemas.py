"""Wire models: what goes over HTTP, with an example for each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

TrackIdOut = int | str
UserIdOut = int | str
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


class Alive(BaseModel):
    """That the service answers."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"status": "alive", "service": "segue", "version": "0.1.0"}}
    )

    status: Literal["alive"] = "alive"
    service: str = "segue"
    version: str


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
    treatments: dict[str, str]
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


class PlaybackOut(BaseModel):
    """A playback of the live session."""

    track: TrackIdOut
    time: float


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
    treatments: dict[str, str]
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
    treatments: dict[str, str]
    chain: str


class Parameter(BaseModel):
    """A parameter of a strategy."""

    name: str
    description: str
    default: Any
    type: Any = Field(description="JSON schema of the value.")


class StrategyOut(BaseModel):
    """A strategy that a chain can use."""

    name: str
    role: str
    description: str
    parameters: list[Parameter]


class StrategiesOut(BaseModel):
    """What can be configured, and what is."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "strategies": [
                    {
                        "name": "popular",
                        "role": "source",
                        "description": "Propose the most listened tracks.",
                        "parameters": [
                            {
                                "name": "limit",
                                "description": "Candidates proposed beyond the queue asked for (tracks).",
                                "default": 10,
                                "type": {"type": "integer", "minimum": 1, "maximum": 1000},
                            }
                        ],
                    }
                ],
                "chains": {"popular": [{"use": "popular"}]},
                "forced_chain": None,
                "default_chain": "segue",
            }
        }
    )

    strategies: list[StrategyOut]
    chains: dict[str, list[dict[str, Any]]]
    forced_chain: str | None
    default_chain: str


class ExperimentOut(BaseModel):
    """An experiment and the chain of each treatment."""

    name: str
    enabled: bool
    treatments: dict[str, str] = Field(description="Treatment to chain, in the order that the assignment counts in.")
    shares: dict[str, float] = Field(description="Treatment to its share of all users.")
    testers: dict[str, int] = Field(description="Treatment to the number of users who are always given it.")
    salt: str


class ExperimentsOut(BaseModel):
    """All experiments."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "experiments": [
                    {
                        "name": "SEGUE",
                        "enabled": True,
                        "treatments": {"C": "control", "T1": "segue", "T2": "taste"},
                        "shares": {"C": 0.3333, "T1": 0.3333, "T2": 0.3333},
                        "testers": {},
                        "salt": "SEGUE",
                    }
                ],
                "forced_chain": None,
            }
        }
    )

    experiments: list[ExperimentOut]
    forced_chain: str | None = Field(description="A chain that serves everybody, whatever the experiments say.")


class Dependency(BaseModel):
    """One thing that Segue depends on."""

    status: Literal["ok", "degraded"]
    reason: str = Field(description="Why it is degraded, or what it is.")


class Ready(BaseModel):
    """Whether Segue can answer, and how well; degraded still answers."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"status": "ready", "dependencies": {"session_store": {"status": "ok", "reason": "answers"}}}
        }
    )

    status: Literal["ready", "degraded"]
    dependencies: dict[str, Dependency]


class Reloaded(BaseModel):
    """The artifacts that are served from now on."""

    version: str
    made: str = Field(description="When, in ISO 8601, UTC.")


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
