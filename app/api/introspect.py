"""What is configured."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterator

from fastapi import APIRouter

from app.api.dependencies import StateDep
from app.schemas.configured import ExperimentOut, ExperimentsOut, Parameter, StrategiesOut, StrategyOut
from strategies.base import Strategy
from strategies.errors import ConfigurationError
from strategies.registry import REGISTRY, find_strategy, installed

logger = logging.getLogger(__name__)
router = APIRouter(tags=["Introspect"])


@router.get("/strategies", summary="Which strategies and chains are there?")
async def strategies(state: StateDep) -> StrategiesOut:
    """Return every strategy with its parameters and their documentation, and the configured chains.

    Those that other packages have installed are among them.
    """
    settings = state.settings
    return StrategiesOut(
        strategies=[_described(strategy) for strategy in [*REGISTRY.values(), *_of_other_packages()]],
        chains=settings.chains,
        forced_chain=settings.server.chain or None,
        default_chain=settings.server.default_chain,
    )


@router.get("/experiments", summary="Which experiments are running?")
async def experiments(state: StateDep) -> ExperimentsOut:
    """Return every experiment, on or off, with the share of users in each treatment.

    The first experiment that a user is in decides which chain serves them, and is the only one that they count in.
    """
    return ExperimentsOut(
        experiments=[
            ExperimentOut(
                name=settings.name,
                enabled=settings.enabled,
                treatments=settings.treatments,
                shares=settings.experiment().shares or dict.fromkeys(settings.treatments, 1 / len(settings.treatments)),
                testers={treatment: len(users) for treatment, users in settings.testers.items()},
                salt=settings.salt or settings.name,
            )
            for settings in state.settings.experiments
        ],
        forced_chain=state.settings.server.chain or None,
    )


def _of_other_packages() -> Iterator[type[Strategy]]:
    """Yield what is installed beside Segue; what cannot be imported is said in the log and left out."""
    for name in sorted(installed().keys() - REGISTRY.keys()):
        try:
            yield find_strategy(name, "an installed package")
        except ConfigurationError as error:
            logger.warning("%s", error)


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
