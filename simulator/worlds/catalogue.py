"""The music of a world: tracks, artists, genres and what is popular."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.config import CatalogueConfig


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Tracks in the order of their ids, as in the artifacts: a row is the same track in both."""

    track_ids: list[int] | list[str]
    titles: list[str]
    artists: list[str]
    track_artist: NDArray[np.int32]  # (n_tracks,), rows of artists
    artist_genre: NDArray[np.int32]  # (n_artists,), 0 .. genres - 1
    popularity: NDArray[np.float64]  # (n_tracks,), sums to 1; 0: nobody chooses it

    def __len__(self) -> int:
        return len(self.track_ids)

    def write(self, path: Path) -> None:
        """Write the catalogue as Segue reads it: one ``{"artist", "title", "track"}`` per line."""
        with path.open("w", encoding="utf-8") as file:
            for track, title, artist in zip(self.track_ids, self.titles, self.track_artist, strict=True):
                row = {"artist": self.artists[artist], "title": title, "track": track}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def generate_catalogue(config: CatalogueConfig, rng: np.random.Generator) -> Catalogue:
    """Return a catalogue whose ids are the ranks of popularity: track 0 is the most popular.

    A track is popular because its artist is and because of itself, in equal parts.
    """
    n = config.tracks
    sizes = np.minimum(rng.random(n) ** (-1 / config.artist_size_exponent), config.max_artist_size).astype(int)
    n_artists = int(np.searchsorted(np.cumsum(sizes), n)) + 1
    artist_of = np.repeat(np.arange(n_artists, dtype=np.int32), sizes[:n_artists])[:n]
    fame = rng.standard_normal(n_artists)[artist_of] + rng.standard_normal(n)
    return Catalogue(
        track_ids=list(range(n)),
        titles=[f"Track {i}" for i in range(n)],
        artists=[f"Artist {i}" for i in range(n_artists)],
        track_artist=artist_of[np.argsort(-fame, kind="stable")],
        artist_genre=draw_genres(config, n_artists, rng),
        popularity=popularity_by_rank(config, n),
    )


def draw_genres(config: CatalogueConfig, n_artists: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """Return each artist's genre, shape (n_artists,)."""
    return rng.integers(config.genres, size=n_artists, dtype=np.int32)


def popularity_by_rank(config: CatalogueConfig, n_tracks: int) -> NDArray[np.float64]:
    """Return the share of interests of each rank, most popular first, shape (n_tracks,).

    Source: the Zipf-Mandelbrot law, fitted to the interests of the predecessor's listeners.
    """
    ranks = np.arange(n_tracks)
    weights = (ranks + config.popularity_offset * n_tracks) ** -config.popularity_exponent
    weights[n_tracks - round(config.unplayed_share * n_tracks) :] = 0
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares
