"""What tracks sound like: vectors whose inner products say how well two tracks go together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.config import EmbeddingConfig
from simulator.errors import SimulatorError
from simulator.worlds.catalogue import Catalogue

Vectors = NDArray[np.float32]


def generate_embeddings(config: EmbeddingConfig, catalogue: Catalogue, rng: np.random.Generator) -> Vectors:
    """Return a vector per track, shape (n_tracks, dimension).

    The expected inner product of two tracks of an artist is length² · (genre_share + artist_share), of two
    artists of a genre length² · genre_share, of two others 0.
    """
    n_genres = int(catalogue.artist_genre.max()) + 1
    artist_of = catalogue.track_artist
    own_share = 1 - config.genre_share - config.artist_share

    def part(share: float, n: int) -> Vectors:
        scale = np.float32(np.sqrt(share / config.dimension))
        return rng.standard_normal((n, config.dimension), dtype=np.float32) * scale

    vectors = part(config.genre_share, n_genres)[catalogue.artist_genre[artist_of]]
    vectors += part(config.artist_share, len(catalogue.artists))[artist_of]
    vectors += part(own_share, len(artist_of))
    if config.unit:
        return unit_rows(vectors)
    spread = config.length_spread
    # The mean of a squared log-normal is exp(2 spread²): taken out, length stays the root mean square.
    lengths = np.exp(spread * rng.standard_normal((len(vectors), 1), dtype=np.float32) - spread**2)
    vectors *= np.float32(config.length) * lengths
    return vectors


def unit_rows(vectors: Vectors) -> Vectors:
    """Return the vectors scaled to length 1.

    Raises:
        SimulatorError: One of them has no direction.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not lengths.all():
        raise SimulatorError(f"embedding row {int(np.argmin(lengths))} is all zeros and cannot be scaled to length 1")
    answer: Vectors = vectors / lengths
    return answer


def fit_embeddings(config: EmbeddingConfig, loaded: Vectors) -> tuple[Vectors, list[str]]:
    """Return loaded vectors on this world's scale, with a sentence for each change.

    In a world of unit vectors they are scaled to length 1. In any other a bias is compared with an inner
    product, so the vectors' scale has to be that of the biases: where their root mean square length is
    between half and twice the world's they are taken as they are, else one factor for all makes it equal.
    """
    if config.unit:
        return unit_rows(loaded), ["The embeddings were scaled to length 1, as this world wants them."]
    length = float(np.sqrt(np.mean(np.sum(loaded.astype(np.float64) ** 2, axis=1))))
    if length == 0:
        raise SimulatorError("the embeddings are all zeros")
    factor = config.length / length
    if 0.5 <= factor <= 2:
        return loaded, []
    note = (
        f"The embeddings have a root mean square length of {length:.3g}, which does not fit biases made for "
        f"{config.length:.3g}: all were multiplied by {factor:.3g}."
    )
    return loaded * np.float32(factor), [note]
