"""Worlds from a seed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.config import CatalogueConfig, EmbeddingConfig, PopulationConfig, WorldConfig
from simulator.errors import SimulatorError
from simulator.worlds import WORLDS, World, make_world
from simulator.worlds.catalogue import generate_catalogue
from simulator.worlds.embeddings import fit_embeddings
from simulator.worlds.listeners import fit_listeners
from simulator.worlds.nearest import nearest_tracks

Maker = Callable[[str], WorldConfig]


def test_the_same_seed_gives_the_same_world(world: World) -> None:
    """Made again from its seed a world is the same to the bit, and another seed gives another."""
    again = make_world(world.config, seed=7)
    other = make_world(world.config, seed=8)
    assert np.array_equal(again.embeddings, world.embeddings)
    assert np.array_equal(again.first_tracks, world.first_tracks)
    assert np.array_equal(again.listeners.biases, world.listeners.biases)
    assert np.array_equal(again.catalogue.track_artist, world.catalogue.track_artist)
    assert not np.array_equal(other.listeners.interests, world.listeners.interests)


def test_first_tracks_are_the_nearest_of_those_that_are_played(world: World) -> None:
    """For every interest they are what sorting all inner products gives, best first."""
    vectors = world.embeddings.astype(np.float64)
    scores = vectors[world.listeners.interests] @ vectors.T
    scores[..., world.catalogue.popularity == 0] = -np.inf
    assert np.array_equal(world.first_tracks, np.argsort(-scores, axis=2)[..., :10])


@pytest.mark.parametrize("n_tracks", [10, 99, 100, 101, 1234])
def test_the_nearest_are_found_in_catalogues_of_any_size(n_tracks: int) -> None:
    """Groups that are not full, and fewer groups than neighbours, make no difference."""
    rng = np.random.default_rng(n_tracks)
    tracks = rng.standard_normal((n_tracks, 5), dtype=np.float32)
    queries = rng.standard_normal((700, 5), dtype=np.float32)
    told: list[tuple[int, int]] = []
    found = nearest_tracks(queries, tracks, 10, lambda done, total: told.append((done, total)))
    products = queries.astype(np.float64) @ tracks.astype(np.float64).T
    assert np.array_equal(found, np.argsort(-products, axis=1)[:, :10])
    assert told == [(512, 700), (700, 700)]


def test_unit_worlds_have_unit_vectors(small: Maker) -> None:
    """In the cosine world every vector has length 1, so that an inner product is a cosine."""
    lengths = np.linalg.norm(make_world(small("cosine"), seed=1).embeddings, axis=1)
    assert lengths == pytest.approx(np.ones(600), abs=1e-6)


def test_settled_worlds_have_the_published_parameters(small: Maker) -> None:
    """Biases, sharpnesses and fatigue lie where the published worlds have them."""
    dot = make_world(small("dot"), seed=1)
    cosine = make_world(small("cosine"), seed=1)
    assert 0 <= dot.listeners.biases.min() < 1
    assert 9 < dot.listeners.biases.max() <= 10
    assert 0.5 <= dot.listeners.sharpnesses.min() < 1 < dot.listeners.sharpnesses.max() <= 2
    assert 0.4 < (dot.listeners.sharpnesses > 1).mean() < 0.6
    assert 0.1 <= cosine.listeners.biases.min() < cosine.listeners.biases.max() <= 0.6
    assert 4 <= cosine.listeners.sharpnesses.min() < cosine.listeners.sharpnesses.max() <= 15
    assert (WORLDS["dot"].listener.artist_fatigue, WORLDS["cosine"].listener.artist_fatigue) == (0.9, 0.8)


def test_generated_artists_are_as_uneven_as_real_ones() -> None:
    """Of 50,000 tracks: some 11,500 artists, half of them with a single track, the largest with 80."""
    catalogue = generate_catalogue(CatalogueConfig(), np.random.default_rng(3))
    sizes = np.bincount(catalogue.track_artist)
    assert len(catalogue) == 50_000
    assert 10_500 < len(catalogue.artists) < 12_500
    assert np.median(sizes) in (1, 2)
    assert sizes.min() == 1
    assert 75 < sizes.max() <= 80


def test_nobody_chooses_unplayed_tracks(small: Maker) -> None:
    """In the sparse world three tracks in ten are nobody's interest and open no session."""
    sparse = make_world(small("sparse"), seed=2)
    unplayed = np.flatnonzero(sparse.catalogue.popularity == 0)
    assert len(unplayed) == 180
    assert not np.isin(unplayed, sparse.listeners.interests).any()
    assert not np.isin(unplayed, sparse.first_tracks).any()


def test_biases_that_fit_are_kept(world: World) -> None:
    """Listeners made for a world come back unchanged."""
    fitted, notes = fit_listeners(world.config.population, world.listeners)
    assert fitted is world.listeners
    assert notes == []


def test_biases_of_another_scale_are_mapped_by_rank(small: Maker) -> None:
    """Biases of 0 to 10 come into the cosine world's 0.1 to 0.6 in the same order, and a sentence says so."""
    people = make_world(small("dot"), seed=1).listeners
    fitted, notes = fit_listeners(WORLDS["cosine"].population, people)
    assert np.array_equal(np.argsort(fitted.biases), np.argsort(people.biases))
    assert np.array_equal(np.argsort(fitted.sharpnesses), np.argsort(people.sharpnesses))
    assert fitted.biases.min() == pytest.approx(0.1 + 0.5 * 0.5 / 60)
    assert fitted.biases.max() == pytest.approx(0.6 - 0.5 * 0.5 / 60)
    assert "mapped onto its ranges by rank" in notes[0]


def test_small_biases_do_not_pass_for_large_ones(small: Maker) -> None:
    """Biases of 0.1 to 0.6 lie within 0 to 10 but are not meant for it: they are mapped, too."""
    people = make_world(small("cosine"), seed=1).listeners
    fitted, notes = fit_listeners(WORLDS["dot"].population, people)
    assert fitted.biases.max() > 9.9
    assert np.median(fitted.sharpnesses) == pytest.approx(1, abs=0.1)
    assert notes


def test_sharpness_ranks_span_the_mixture(small: Maker) -> None:
    """Where half of the sharpnesses are inverses, the lower half of ranks is mapped to 0.5 to 1."""
    people = make_world(small("cosine"), seed=1).listeners
    two = replace(people, biases=np.array([100.0, 200.0]), sharpnesses=np.array([5.0, 6.0]))
    fitted, _ = fit_listeners(PopulationConfig(), two)
    assert fitted.biases.tolist() == [2.5, 7.5]
    assert fitted.sharpnesses == pytest.approx([1 / 1.5, 1.5])


def test_embeddings_of_another_scale_are_rescaled() -> None:
    """Vectors of length 1 in a world of length 6 are multiplied by 6; those of length 5 are left alone."""
    config = EmbeddingConfig(length=6)
    unit = np.eye(4, dtype=np.float32)
    scaled, notes = fit_embeddings(config, unit)
    assert scaled == pytest.approx(6 * unit)
    assert "multiplied by 6" in notes[0]
    kept, notes = fit_embeddings(config, 5 * unit)
    assert kept == pytest.approx(5 * unit)
    assert notes == []


def test_a_catalogue_is_written_as_it_is_read(tmp_path: Path, small: Maker) -> None:
    """The file has one artist, title and track per line, and nothing of what a recommender must not see."""
    catalogue = make_world(small("dot"), seed=1).catalogue
    catalogue.write(tmp_path / "tracks.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "tracks.jsonl").read_text().splitlines()]
    assert [row["track"] for row in rows] == catalogue.track_ids
    assert rows[5] == {"artist": catalogue.artists[catalogue.track_artist[5]], "title": "Track 5", "track": 5}


def test_what_cannot_be_a_world_is_refused(small: Maker) -> None:
    """A negative seed and a catalogue of fewer tracks than a session has first ones are errors."""
    with pytest.raises(SimulatorError, match="not negative"):
        make_world(small("dot"), seed=-1)
    tiny = small("dot").model_copy(update={"catalogue": CatalogueConfig(tracks=9)})
    with pytest.raises(SimulatorError, match="only 9 are ever chosen"):
        make_world(tiny, seed=1)
