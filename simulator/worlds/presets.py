"""The worlds by name: two settled ones, and some that break what a recommender may have come to rely on."""

from __future__ import annotations

from simulator.config import (
    CatalogueConfig,
    EmbeddingConfig,
    ListenerConfig,
    PopulationConfig,
    WorldConfig,
)
from simulator.errors import SimulatorError

WORLDS: dict[str, WorldConfig] = {
    world.name: world
    for world in (
        WorldConfig(name="dot"),
        WorldConfig(
            name="cosine",
            listener=ListenerConfig(artist_fatigue=0.8),
            embedding=EmbeddingConfig(unit=True),
            population=PopulationConfig(bias=(0.1, 0.6), sharpness=(4, 15), sharpness_inverted=False),
        ),
        # By the twentieth track the listener wants another of its interests.
        WorldConfig(name="drift", listener=ListenerConfig(drift_per_track=0.05)),
        # One track in ten is skipped for no reason that lies in the music.
        WorldConfig(name="noisy", listener=ListenerConfig(random_skip_rate=0.1)),
        # Nearly a third of the catalogue is never chosen, and the rest is chosen more unevenly.
        WorldConfig(
            name="sparse",
            catalogue=CatalogueConfig(unplayed_share=0.3, popularity_exponent=1),
        ),
        # Neither the link nor the fatigue is what a logistic model assumes.
        WorldConfig(
            name="misspecified",
            listener=ListenerConfig(link="cauchit", fatigue="hyperbolic"),
        ),
    )
}


def find_world(name: str) -> WorldConfig:
    """Return the world of that name.

    Raises:
        SimulatorError: There is none.
    """
    if name not in WORLDS:
        raise SimulatorError(f"there is no world {name!r}: there are {', '.join(WORLDS)}")
    return WORLDS[name]
