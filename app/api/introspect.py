"""What is configured."""

from __future__ import annotations

import inspect

from fastapi import APIRouter

from app.api.dependencies import StateDep
from app.schemas import ExperimentOut, ExperimentsOut, Parameter, StrategiesOut, StrategyOut
from strategies.base import Strategy
from strategies.registry import REGISTRY

router = APIRouter(tags=["Introspect"])


@router.get("/strategies")
async def strategies(state: StateDep) -> StrategiesOut:
    """Return every strategy with its parameters and their documentation, and the configured chains."""
    settings = state.settings
    return StrategiesOut(
        strategies=[_described(strategy) for strategy in REGISTRY.values()],
        chains=settings.chains,
        forced_chain=settings.server.chain or None,
        default_chain=settings.server.default_chain,
    )


@router.get("/experiments")
async def experiments(state: StateDep) -> ExperimentsOut:
    """Return every experiment with its treatments, in the order that the assignment counts in."""
    forced = state.router.forced is not None
    return ExperimentsOut(
        experiments=[
            ExperimentOut(name=experiment.name, treatments=dict(experiment.treatments), decides=not forced and i == 0)
            for i, experiment in enumerate(state.router.experiments)
        ]
    )


def _described(strategy: type[Strategy]) -> StrategyOut:
    schema = strategy.Config.model_json_schema().get("properties", {})
    return StrategyOut(
        name=strategy.name,
        role=strategy.role,
        description=inspect.getdoc(strategy) or "",
        parameters=[
            Parameter(
                name=name,
                description=field.description or "",
                default=field.get_default(call_default_factory=True),
                type={
                    key: value for key, value in schema[name].items() if key not in ("title", "description", "default")
                },
            )
            for name, field in strategy.Config.model_fields.items()
        ],
    )
