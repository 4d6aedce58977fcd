"""Which chain serves which episode: as the service's own router has it, or chains in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.routing import Route, Router, build_router
from app.settings import Settings
from simulator.errors import SimulatorError
from strategies.chain import Chain
from strategies.errors import ConfigurationError
from strategies.session import UserId


@dataclass(frozen=True, slots=True)
class Served:
    """How an episode is served."""

    group: str  # its line in the summary: the treatment, or the chain of who is in no experiment
    route: Route


@dataclass(frozen=True, slots=True)
class Serving:
    """Decides how episodes are served."""

    router: Router
    in_turn: tuple[Chain, ...]  # empty: the router decides by the user

    def of(self, episode: int, user: UserId) -> Served:
        """Return how an episode of a user is served."""
        if self.in_turn:
            chain = self.in_turn[episode % len(self.in_turn)]
            return Served(chain.name, Route(chain, {}))
        route = self.router.route(user)
        treatment = next(iter(route.treatments.values()), None) if self.router.forced is None else None
        return Served(treatment or route.chain.name, route)


def choose_serving(settings: Settings, experiment: str | None = None, chains: Sequence[str] = ()) -> Serving:
    """Return how a run is served.

    Args:
        settings: Chains and experiments by name.
        experiment: This one alone decides. None: the service's own rules.
        chains: These take turns, episode by episode, and no experiment decides.

    Raises:
        ConfigurationError: A chain of the settings cannot be built, or one is asked for that they do not hold.
        SimulatorError: There is no such experiment.
    """
    router = build_router(settings)
    for chain in chains:
        if chain not in router.chains:
            raise ConfigurationError.unknown("chain", chain, router.chains, "settings.toml")
    if experiment is not None:
        chosen = tuple(one for one in router.experiments if one.name == experiment)
        if not chosen:
            names = ", ".join(one.name for one in router.experiments) or "none"
            raise SimulatorError(f"there is no experiment {experiment!r}: settings.toml has {names}")
        router = replace(router, experiments=chosen, forced=None)
    return Serving(router, tuple(router.chains[chain] for chain in chains))
