"""How the service is, on the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Alive(BaseModel):
    """That the service answers."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"status": "alive", "service": "segue", "version": "0.1.0"}}
    )

    status: Literal["alive"] = "alive"
    service: str = "segue"
    version: str


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
