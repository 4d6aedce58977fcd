"""Small worlds, and the real files where they are at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.settings import Settings, load_settings
from simulator.config import CatalogueConfig, ListenerConfig, PopulationConfig, WorldConfig
from simulator.worlds import WORLDS, Catalogue, Listeners, World, make_world

ROOT = Path(__file__).parents[3]
REAL_DATA = ROOT.parent / "shared" / "data" / "botify"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of the real catalogue, listeners and log."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"the real data is not at {REAL_DATA}")
    return REAL_DATA


def _small(name: str) -> WorldConfig:
    whole = WORLDS[name]
    music = whole.catalogue.model_dump() | {"tracks": 600, "genres": 8}
    people = whole.population.model_dump() | {"listeners": 60}
    return whole.model_copy(update={"catalogue": CatalogueConfig(**music), "population": PopulationConfig(**people)})


@pytest.fixture(scope="session")
def small() -> Callable[[str], WorldConfig]:
    """Return a maker of named worlds with 600 tracks and 60 listeners."""
    return _small


@pytest.fixture(scope="session", params=list(WORLDS))
def world(request: pytest.FixtureRequest) -> World:
    """Return a small world, each kind in turn."""
    return make_world(_small(request.param), seed=7)


@pytest.fixture
def lonely() -> World:
    """Return a world of one listener (bias 2, sharpness 1) and twelve tracks in one dimension.

    Track 0 is every interest and has length 1, so that a track's inner product is its own number: tracks 0 to
    9 have 1, 11 has 2, 10 has 40. Artist 0 has tracks 0 to 4 and 10, artist 1 the rest.
    """
    vectors = np.array([1] * 10 + [40, 2], dtype=np.float32)[:, None]
    return World(
        config=WorldConfig(name="lonely", listener=ListenerConfig(max_tracks=30)),
        catalogue=Catalogue(
            track_ids=list(range(100, 112)),
            titles=["a title"] * 12,
            artists=["one", "another"],
            track_artist=np.array([0] * 5 + [1] * 5 + [0, 1], dtype=np.int32),
            artist_genre=np.zeros(2, dtype=np.int32),
            popularity=np.full(12, 1 / 12),
        ),
        listeners=Listeners(["ann"], np.zeros((1, 3), dtype=np.int32), np.array([2.0]), np.array([1.0])),
        embeddings=vectors,
        first_tracks=np.zeros((1, 3, 10), dtype=np.int32),
        notes=(),
    )


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Return the project's own settings."""
    return load_settings({"SEGUE_SETTINGS": str(ROOT / "settings.toml")})


@pytest.fixture(scope="session")
def dot() -> World:
    """Return a small dot world."""
    return make_world(_small("dot"), seed=7)
