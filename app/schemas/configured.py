"""What is configured, on the wire: strategies, chains and experiments."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


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
    shares: dict[str, float] = Field(description="Treatment to its share of the users whom no earlier one serves.")
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
