"""Which chain serves whom: the chain that serves everybody, else what the experiments say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.settings import Settings
from experiments.assignment import Experiment
from strategies.chain import Chain
from strategies.errors import ConfigurationError
from strategies.registry import build_chains
from strategies.session import UserId


@dataclass(slots=True)  # not frozen: docs/decisions/0094-what-is-made-for-every-song.md
class Route:
    """How one user is served."""

    chain: Chain
    treatments: dict[str, str]  # the experiment that decided it and its treatment; empty: none that counts


@dataclass(frozen=True, slots=True)
class Router:
    """All chains by name, the experiments that are on, and the chain that is forced on everybody, if one is."""

    chains: Mapping[str, Chain]
    experiments: tuple[Experiment, ...]
    forced: Chain | None
    default: Chain

    def route(self, user: UserId) -> Route:
        """Return the chain that serves a user: that of the first experiment that the user is in.

        A user counts where they were served what was assigned, so in that experiment alone, and in none where a
        chain is forced. A tester is served the treatment that they test and counts nowhere: their choice of
        treatment is no chance.
        """
        if self.forced is not None:
            return Route(self.forced, {})
        for experiment in self.experiments:
            tested = experiment.tested_by(user)
            treatment = tested or experiment.assign(user)
            if treatment is not None:
                chain = self.chains[experiment.treatments[treatment]]
                return Route(chain, {} if tested else {experiment.name: treatment})
        return Route(self.default, {})


def build_router(settings: Settings) -> Router:
    """Return the router that the settings describe.

    Raises:
        ConfigurationError: A strategy, parameter, chain or experiment is named wrongly.
    """
    chains = build_chains(settings.chains)
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
        experiments=tuple(each.experiment() for each in settings.experiments if each.enabled),
        forced=chains.get(settings.server.chain),
        default=chains[settings.server.default_chain],
    )


def _known(chain: str, chains: Mapping[str, Chain], where: str) -> None:
    if chain not in chains:
        raise ConfigurationError.unknown("chain", chain, chains, where)
