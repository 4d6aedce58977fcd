"""Which chain serves whom: the chain that serves everybody, else what the experiments say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.settings import Settings
from experiments.assignment import Experiment
from strategies.chain import Chain
from strategies.errors import ConfigurationError
from strategies.registry import build_chain
from strategies.session import UserId


@dataclass(frozen=True, slots=True)
class Router:
    """All chains by name, all experiments, and the chain that is forced on everybody, if one is."""

    chains: Mapping[str, Chain]
    experiments: tuple[Experiment, ...]
    forced: Chain | None
    default: Chain

    def treatments(self, user: UserId) -> dict[str, str]:
        """Return the user's treatment in every experiment."""
        return {experiment.name: experiment.assign(user) for experiment in self.experiments}

    def chain(self, treatments: Mapping[str, str]) -> Chain:
        """Return the chain that serves a user with these treatments: the first experiment decides."""
        if self.forced is not None:
            return self.forced
        for experiment in self.experiments:
            return self.chains[experiment.treatments[treatments[experiment.name]]]
        return self.default


def build_router(settings: Settings) -> Router:
    """Return the router that the settings describe.

    Raises:
        ConfigurationError: A strategy, parameter, chain or experiment is named wrongly.
    """
    chains = {name: build_chain(name, stages) for name, stages in settings.chains.items()}
    names = [experiment.name for experiment in settings.experiments]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"experiment '{name}' stands twice; each needs a name of its own")
    for experiment in settings.experiments:
        for treatment, chain in experiment.treatments.items():
            _known(chain, chains, f"treatment {treatment} of experiment '{experiment.name}'")
    if settings.server.chain:
        _known(settings.server.chain, chains, "server.chain")
    _known(settings.server.default_chain, chains, "server.default_chain")
    return Router(
        chains=chains,
        experiments=tuple(experiment.experiment() for experiment in settings.experiments),
        forced=chains.get(settings.server.chain),
        default=chains[settings.server.default_chain],
    )


def _known(chain: str, chains: Mapping[str, Chain], where: str) -> None:
    if chain not in chains:
        raise ConfigurationError.unknown("chain", chain, chains, where)
