"""A world: music, what it sounds like, and who listens, made from a seed and whatever files are given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.config import WorldConfig
from simulator.errors import SimulatorError
from simulator.worlds.catalogue import Catalogue, generate_catalogue
from simulator.worlds.embeddings import Vectors, fit_embeddings, generate_embeddings
from simulator.worlds.listeners import Listeners, fit_listeners, generate_listeners
from simulator.worlds.loading import read_catalogue, read_embeddings, read_listeners
from simulator.worlds.nearest import Progress, nearest_tracks


@dataclass(frozen=True, slots=True)
class World:
    """All that answers depend on. A recommender sees of it the tracks, their titles and their artists."""

    config: WorldConfig
    catalogue: Catalogue
    listeners: Listeners
    embeddings: Vectors  # (n_tracks, dim)
    first_tracks: NDArray[np.int32]  # (n_users, 3, k): the tracks nearest to each interest, nearest first
    notes: tuple[str, ...]  # what was changed in loaded files so that they fit each other


def make_world(
    config: WorldConfig,
    seed: int,
    *,
    catalogue: Path | None = None,
    listeners: Path | None = None,
    embeddings: Path | None = None,
    progress: Progress | None = None,
) -> World:
    """Return the world of a seed; each part that no file gives is generated.

    Every part has its own generator, so that a file for one of them does not change the others.

    Args:
        config: What kind of world.
        seed: Not negative.
        catalogue: A ``tracks.jsonl``.
        listeners: A ``listeners.jsonl``, whose interests are tracks of the catalogue.
        embeddings: A ``.npy`` with one row per track, in the order of the catalogue's lines.
        progress: Is told while the sessions' first tracks are found.

    Raises:
        SimulatorError: A file is bad, or the files do not fit each other.
    """
    if seed < 0:
        raise SimulatorError(f"a seed is not negative, {seed} is")
    music, sound, people = (np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(3))
    if catalogue is None:
        tracks = generate_catalogue(config.catalogue, music)
        lines = np.arange(len(tracks))
    else:
        tracks, lines = read_catalogue(catalogue, config.catalogue, music)
    notes: list[str] = []
    if embeddings is None:
        vectors = generate_embeddings(config.embedding, tracks, sound)
    else:
        loaded = read_embeddings(embeddings, len(tracks))[lines]
        vectors, notes = fit_embeddings(config.embedding, loaded)
    if listeners is None:
        audience = generate_listeners(config.population, tracks, people)
    else:
        audience, changes = fit_listeners(config.population, read_listeners(listeners, tracks))
        notes += changes
    return World(
        config=config,
        catalogue=tracks,
        listeners=audience,
        embeddings=vectors,
        first_tracks=_first_tracks(config, tracks, audience, vectors, progress),
        notes=tuple(notes),
    )


def _first_tracks(
    config: WorldConfig,
    catalogue: Catalogue,
    listeners: Listeners,
    vectors: Vectors,
    progress: Progress | None,
) -> NDArray[np.int32]:
    played = np.flatnonzero(catalogue.popularity)
    k = config.listener.first_tracks
    if len(played) < k:
        raise SimulatorError(f"a session starts with one of {k} tracks, and only {len(played)} are ever chosen")
    interests, where = np.unique(listeners.interests, return_inverse=True)
    nearest = played[nearest_tracks(vectors[interests], vectors[played], k, progress)].astype(np.int32)
    answer: NDArray[np.int32] = nearest[where.reshape(listeners.interests.shape)]
    return answer
