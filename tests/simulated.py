"""A simulated world that is small enough for a test."""

from __future__ import annotations

from simulator.config import CatalogueConfig, PopulationConfig
from simulator.worlds import WORLDS, World, make_world


def small_world(seed: int) -> World:
    """Return a dot world of 2,000 tracks and 300 listeners."""
    whole = WORLDS["dot"]
    music = CatalogueConfig(**(whole.catalogue.model_dump() | {"tracks": 2000, "genres": 10}))
    people = PopulationConfig(**(whole.population.model_dump() | {"listeners": 300}))
    return make_world(whole.model_copy(update={"catalogue": music, "population": people}), seed=seed)
