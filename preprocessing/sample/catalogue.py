"""An invented catalogue whose artists are as uneven as real ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from preprocessing.sample.names import artist_names, titles

# Measured on a real catalogue of 50,000 tracks by 11,464 artists: 6,473 artists have one track, the mean is
# 4.36 and the largest has 80. Larger sizes s are drawn in proportion to s ** -1.7, which gives that mean.
SINGLE_TRACK_ARTISTS = 6473 / 11464
LARGEST_ARTIST = 80
SIZE_EXPONENT = 1.7

GENRES = 12  # not measured: a real catalogue has none to measure


@dataclass(frozen=True, slots=True)
class SampleCatalogue:
    """Tracks 0 to n - 1; row i of every array belongs to track i."""

    titles: list[str]
    artist_names: list[str]
    track_artist: NDArray[np.int64]
    track_genre: NDArray[np.int64]
    fame: NDArray[np.float64]  # how likely the track is met, sums to 1
    quality: NDArray[np.float64]  # 0 to 1, how much it is listened to by whoever likes its genre


def sample_catalogue(n_tracks: int, rng: np.random.Generator) -> SampleCatalogue:
    """Return an invented catalogue."""
    sizes = np.arange(2, LARGEST_ARTIST + 1)
    chances = sizes**-SIZE_EXPONENT
    many = rng.choice(sizes, n_tracks, p=chances / chances.sum())
    drawn = np.where(rng.random(n_tracks) < SINGLE_TRACK_ARTISTS, 1, many)
    artist_of = np.repeat(np.arange(n_tracks), drawn)[:n_tracks]
    n_artists = int(artist_of[-1]) + 1
    rng.shuffle(artist_of)
    # Not measured, the real log is too short for it: a track's fame follows Zipf's law within its artist's.
    artist_fame = rng.permutation(np.arange(1, n_artists + 1) ** -0.6)
    fame = artist_fame[artist_of] * rng.random(n_tracks)
    return SampleCatalogue(
        titles=titles(n_tracks, rng),
        artist_names=artist_names(n_artists, rng),
        track_artist=artist_of,
        track_genre=rng.integers(0, GENRES, n_artists)[artist_of],
        fame=fame / fame.sum(),
        quality=rng.random(n_tracks),
    )
