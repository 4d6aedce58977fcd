"""Every setting with its type, unit, default and reason. An unknown key is an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveFloat, field_validator, model_validator

from experiments.assignment import Experiment, completed, in_order


class Section(BaseModel):
    """A table of settings.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ServerSettings(Section):
    """How Segue is reached, and what serves."""

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for every interface.")
    port: int = Field(5000, ge=0, le=65535, description="TCP port; 0 takes a free one.")
    workers: int = Field(1, ge=1, le=256, description="Processes; all share one session store.")
    chain: str = Field("", description="A chain that serves all, in no experiment; empty: the experiments decide.")
    default_chain: str = Field("segue", description="The chain where no experiment decides.")
    seed: int = Field(31312, description="Seed of every random draw; the same seed gives the same answers.")
    max_queue: int = Field(100, ge=1, le=1000, description="Largest n of /next?n= (tracks).")
    max_body_bytes: int = Field(65_536, ge=64, description="Largest request body (bytes); more is a 413.")
    max_path_bytes: int = Field(
        8192, ge=256, description="Longest path with its query, as it is sent (bytes); a longer one is a 414."
    )
    max_header_bytes: int = Field(
        16_384, ge=256, description="Names and values of all headers together (bytes); more is a 431."
    )
    request_timeout_s: float = Field(
        10.0,
        gt=0,
        description="How long a client may take to send a request, and to begin the first one (seconds); then its "
        "connection is closed.",
    )
    farewell_s: float = Field(
        1.0,
        ge=0,
        description="How long a stopping worker still answers on open connections, asking each client to connect anew "
        "(seconds).",
    )
    drain_timeout_s: int = Field(10, ge=1, description="How long a stop waits for requests in flight (seconds).")


class ArtifactSettings(Section):
    """Where the artifacts are."""

    path: Path = Field(Path("data/artifacts"), description="Folder of versions; its 'current' is served.")
    verify: bool = Field(
        True,
        description="Compare every file with its checksum (about 1 s per GB) unless it was found good before and has "
        "not changed since.",
    )
    reload_check_s: float = Field(
        1.0, gt=0, description="How often a worker looks whether 'current' leads to another version (seconds)."
    )


class EventLogSettings(Section):
    """Where the playback log goes."""

    path: Path = Field(Path("data/log"), description="Folder; each worker writes files of its own.")
    fsync: PositiveFloat | Literal["always"] = Field(
        1.0,
        description="How often the disk must have it (seconds): what a power cut may take. 'always': before each "
        "answer, which then waits for the disk.",
    )
    rotate_mib: float = Field(256, gt=0, description="Size from which on a file is followed by the next one (MiB).")
    rotate_hours: float = Field(24, gt=0, description="Age from which on it is (hours).")
    compress: bool = Field(True, description="Whether finished files are compressed (gzip).")
    keep_days: float = Field(0, ge=0, description="Age at which finished files are removed (days); 0: never.")
    spill_lines: int = Field(
        100_000, ge=0, description="Lines kept in memory while the disk refuses them; more are lost, loudly."
    )


class RedisSettings(Section):
    """The session store."""

    url: str = Field(
        "",
        description="redis://, rediss:// or unix:// URL, or one of redis+sentinel:// or redis+cluster:// "
        "(docs/operations.md); empty: the embedded server.",
    )
    path: Path = Field(Path("data/store"), description="Folder of the embedded server's data.")
    timeout_s: float = Field(
        0.5,
        gt=0,
        le=10,
        description="Longest wait for a connection to the store, and for each answer of a cluster's node (seconds).",
    )
    deadline_s: float = Field(
        0.8,
        gt=0,
        le=10,
        description="Longest wait for a call to the store, its retry included (seconds): a listener hears silence "
        "after one.",
    )
    retries: int = Field(1, ge=0, le=10, description="Times that a failed call is repeated; each one can be.")
    retry_after_s: float = Field(
        1.0,
        gt=0,
        le=60,
        description="How often a worker asks whether the store is there, at most (seconds); the half of it at least.",
    )
    max_connections: int = Field(64, ge=4, description="Connections of a worker to the store (in a cluster: per node).")
    max_batch: int = Field(256, ge=1, description="Playbacks recorded in one round trip at most, under load.")
    max_waiting: int = Field(
        1024, ge=0, description="Playbacks of a worker that may wait for the store; further ones go on in memory."
    )
    memory_sessions: int = Field(
        10_000, ge=1, description="Sessions that a worker remembers for when the store is away; the oldest drop."
    )
    key_prefix: str = Field("segue:session:", description="Start of every key, to share a server with others.")


class SessionSettings(Section):
    """What a session is, and when it is penalised."""

    ttl_s: int = Field(3600, ge=1, description="Silence that ends a session (seconds).")
    history_limit: int = Field(1000, ge=2, description="Playbacks remembered per session; the oldest drop first.")
    skip_threshold: float = Field(
        0.2,
        ge=0,
        lt=1,
        description="A fraction listened of at most this is a skip (the predecessor's figure).",
    )
    max_penalty: int = Field(5, ge=1, description="Skips in a row that bring the fallback (the predecessor's).")


Scope = Literal["recommend", "read", "admin"]


class ApiKey(Section):
    """One API key; the key itself stands nowhere."""

    name: str = Field(min_length=1, description="What the key is for.")
    scopes: list[Scope] = Field(
        min_length=1,
        description="What it opens: recommend (/next, /last, ending a session), read (every GET), admin (the rest).",
    )
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="Its hash, as 'python -m app.key new' prints it.")


def _from_json(value: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever stands in the file
    """A variable of the environment holds a list as JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


# As a browser writes it, without a path: another spelling would silently allow nobody.
Origin = Annotated[str, Field(pattern=r"^(\*|[a-z][a-z0-9+.-]*://[a-z0-9.\[\]:_-]+)$")]


class SecuritySettings(Section):
    """Who may call."""

    allow_anonymous: bool = Field(
        False, description="Whether Segue may listen beyond this machine without a key: everybody may call everything."
    )
    allowed_origins: Annotated[list[Origin], BeforeValidator(_from_json)] = Field(
        default_factory=list,
        description="Other sites whose pages may call Segue from a browser, as https://player.example; '*': all.",
    )
    keys: Annotated[list[ApiKey], BeforeValidator(_from_json)] = Field(
        default_factory=list, description="With one or more, every call but the pages and /health/live needs a key."
    )


class RateSettings(Section):
    """How often somebody may call: so often per worker, since each counts for itself (record 0073)."""

    key_per_s: float = Field(
        0, ge=0, description="Calls per second that each API key may make over time; 0: any number. More are a 429."
    )
    key_burst: int = Field(200, ge=1, description="Calls that a key may make at once.")
    user_per_s: float = Field(
        0,
        ge=0,
        description="Calls per second about each user, over time; 0: any number. A player makes one per song, or a few "
        "while somebody skips.",
    )
    user_burst: int = Field(20, ge=1, description="Calls about a user at once.")
    users: int = Field(
        100_000, ge=1, description="Users whose calls a worker remembers; those silent for longest are forgotten."
    )


class LoggingSettings(Section):
    """What Segue says of itself, on standard error."""

    format: Literal["plain", "json"] = Field(
        "plain", description="Lines for people, or one JSON object per line for a program that gathers logs."
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="The least that is said; from 'info' on, every answer: its call, status and time."
    )


class TracingSettings(Section):
    """Traces for OpenTelemetry; they need the extra 'trace'."""

    url: str = Field(
        "",
        description="Where they are sent, by OTLP over HTTP, e.g. http://127.0.0.1:4318/v1/traces; empty: no traces.",
    )
    share: float = Field(
        1.0, ge=0, le=1, description="Share of the traces that begin here; those that a client begins are its choice."
    )


class ExperimentSettings(Section):
    """One experiment."""

    name: str = Field(min_length=1, description="Key in the log, and salt of the assignment where none is given.")
    treatments: dict[str, str] = Field(description="Treatment (C, T1, T2, ...) to chain.")
    shares: dict[str, float] = Field(
        default_factory=dict,
        description="Treatment to its share (0 to 1) of the users whom no earlier experiment serves. Those not named "
        "divide the rest; users beyond the sum are not in the experiment. Empty: equal shares, assigned as the "
        "predecessor did.",
    )
    enabled: bool = Field(True, description="Off: nobody is in it, and the next experiment decides.")
    testers: dict[str, list[int | str]] = Field(
        default_factory=dict,
        description="Treatment to user ids that are always given it, and do not count in the experiment.",
    )
    salt: str = Field("", description="Another salt makes another split; empty: the name.")

    @field_validator("treatments")
    @classmethod
    def _ordered(cls, treatments: dict[str, str]) -> dict[str, str]:
        return in_order(treatments)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for key, named in (("shares", self.shares), ("testers", self.testers)):
            for name in named:
                if name not in self.treatments:
                    raise ValueError(f"unknown treatment '{name}' in {key}; there are {', '.join(self.treatments)}")
        if self.shares:
            completed(self.shares, self.treatments)
        return self

    def experiment(self) -> Experiment:
        """Return the experiment that these settings describe."""
        return Experiment(
            self.name,
            self.treatments,
            shares=completed(self.shares, self.treatments) if self.shares else {},
            testers={str(user): name for name, users in self.testers.items() for user in users},
            salt=self.salt,
        )


def _stages(value: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever stands in the file
    """A chain of one strategy may be written without its brackets."""
    return [value] if isinstance(value, dict) else value


ChainSettings = Annotated[list[dict[str, Any]], BeforeValidator(_stages)]


class Settings(BaseModel):
    """The whole of settings.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    server: ServerSettings = ServerSettings()
    artifacts: ArtifactSettings = ArtifactSettings()
    event_log: EventLogSettings = EventLogSettings()
    redis: RedisSettings = RedisSettings()
    session: SessionSettings = SessionSettings()
    security: SecuritySettings = SecuritySettings()
    rates: RateSettings = RateSettings()
    logging: LoggingSettings = LoggingSettings()
    tracing: TracingSettings = TracingSettings()
    chains: dict[str, ChainSettings] = Field(default_factory=dict)
    experiments: list[ExperimentSettings] = Field(default_factory=list)
