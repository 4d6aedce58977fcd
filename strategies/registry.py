"""The strategies by name, and chains built from settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, get_args

from pydantic import ValidationError

from strategies.base import Role, Strategy, StrategyConfig
from strategies.chain import Chain
from strategies.contextual import Contextual
from strategies.contextual_fallback import ContextualFallback
from strategies.dislike_filter import DislikeFilter
from strategies.diversity_injector import DiversityInjector
from strategies.errors import ConfigurationError
from strategies.exploration import Explore
from strategies.factors import Factors
from strategies.indexed import Indexed
from strategies.interleaving import Interleaving
from strategies.novelty import Novelty
from strategies.popular import Popular
from strategies.random_tracks import RandomTracks
from strategies.session_taste import SessionTaste
from strategies.similar_users import SimilarUsers
from strategies.sticky_artist import StickyArtist
from strategies.user_groups import UserGroups

REGISTRY: dict[str, type[Strategy]] = {
    strategy.name: strategy
    for strategy in (
        StickyArtist,
        DislikeFilter,
        DiversityInjector,
        ContextualFallback,
        Popular,
        RandomTracks,
        Factors,
        Indexed,
        Contextual,
        SimilarUsers,
        Interleaving,
        UserGroups,
        SessionTaste,
        Novelty,
        Explore,
    )
}

ENTRY_POINTS = "segue.strategies"  # the group under which another package names its strategies


def installed() -> dict[str, EntryPoint]:
    """Return the strategies that other packages bring, by name; none is imported before it is used."""
    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}


def build_chain(name: str, stages: Sequence[Mapping[str, Any]]) -> Chain:
    """Return a chain of configured strategies.

    Args:
        name: The chain's key in settings.toml.
        stages: One mapping per strategy: ``use`` names it, every other key is a parameter.

    Raises:
        ConfigurationError: A strategy or a parameter is unknown, or a value is out of range.
    """
    if not stages:
        raise ConfigurationError(f"chain '{name}' has no strategy; give it at least one, e.g. use = 'popular'")
    return Chain(name, [_build_strategy(name, dict(stage)) for stage in stages])


def build_chains(chains: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Chain]:
    """Return all chains of the settings; *interleaving* may name others of them in place of their stages.

    Raises:
        ConfigurationError: As for one chain, or an interleaved chain is unknown, no name, or interleaves others itself.
    """
    return {name: build_chain(name, [_with_named(name, stage, chains) for stage in chains[name]]) for name in chains}


def _with_named(
    chain: str, stage: Mapping[str, Any], chains: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Mapping[str, Any]:
    """Return a stage with the stages of the chains that it names."""
    names = stage.get("chains")
    if stage.get("use") != Interleaving.name or not isinstance(names, list):
        return stage
    for name in names:
        if not isinstance(name, str):
            raise ConfigurationError(
                f"parameter 'chains' of the interleaving of chain '{chain}': {name!r} is not the name of a chain; "
                "write names in quotation marks, e.g. chains = ['segue', 'popular']"
            )
        if name not in chains:
            raise ConfigurationError.unknown("chain", name, chains, f"the interleaving of chain '{chain}'")
        if any(other.get("use") == Interleaving.name for other in chains[name]):
            raise ConfigurationError(f"chain '{chain}' interleaves '{name}', which interleaves chains itself")
    return {**stage, "chains": {name: [dict(other) for other in chains[name]] for name in names}}


def _build_strategy(chain: str, parameters: dict[str, Any]) -> Strategy:
    where = f"chain '{chain}'"
    use = parameters.pop("use", None)
    if not isinstance(use, str):
        raise ConfigurationError(f"a strategy in {where} has no name; write use = '{next(iter(REGISTRY))}'")
    strategy = find_strategy(use, where)
    try:
        config = strategy.Config.model_validate(parameters)
    except ValidationError as error:
        raise _parameter_error(error, strategy, where) from error
    return strategy(config)


def find_strategy(use: str, where: str) -> type[Strategy]:
    """Return a strategy by its name or its import path, Segue's own or that of another package.

    Raises:
        ConfigurationError: There is none, or it cannot be imported or is no strategy; the message says that it was
            named in ``where``.
    """
    if use in REGISTRY:
        return REGISTRY[use]
    if ":" in use:
        return _imported(use, where)
    others = installed()
    if use not in others:
        raise ConfigurationError.unknown("strategy", use, [*REGISTRY, *others], where)
    return _imported(others[use].value, where)


def _imported(path: str, where: str) -> type[Strategy]:
    """Return the strategy class at an import path, ``package.module:Class``."""
    module, _, name = path.partition(":")
    if not all(part.isidentifier() for part in [*module.split("."), name]):
        raise ConfigurationError(
            f"strategy '{path}' in {where} is not an import path; write package.module:Class, "
            f"e.g. use = '{Popular.__module__}:{Popular.__name__}'"
        )
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"strategy '{path}' in {where} cannot be imported: {error}") from error
    if not _is_strategy(found):
        raise ConfigurationError(
            f"'{path}' in {where} is not a strategy; name a class with a name, a role, a Config and __call__, "
            "as docs/write-a-strategy.md shows it"
        )
    strategy: type[Strategy] = found
    return strategy


def _is_strategy(found: object) -> bool:
    """Return whether it has what a chain asks of a strategy."""
    config = getattr(found, "Config", None)
    return (
        isinstance(found, type)
        and isinstance(getattr(found, "name", None), str)
        and getattr(found, "role", None) in get_args(Role)
        and isinstance(config, type)
        and issubclass(config, StrategyConfig)
        and "__call__" in dir(found)  # an instance is called; hasattr would find that a class can be
    )


def _parameter_error(error: ValidationError, strategy: type[Strategy], where: str) -> ConfigurationError:
    found = error.errors()[0]
    key = ".".join(map(str, found["loc"]))
    place = f"strategy '{strategy.name}' of {where}"
    if found["type"] == "extra_forbidden":
        return ConfigurationError.unknown("parameter", key, strategy.Config.model_fields, place)
    return ConfigurationError(f"parameter '{key}' of {place}: {found['msg']}; got {found['input']!r}")
