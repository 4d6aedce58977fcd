"""Everything about a world that is a choice, with its unit and where its value came from.

"The log" is the playback log of the service that Segue succeeds; ``docs/simulator.md`` has the comparison.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Config(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ListenerConfig(_Config):
    """How a listener answers. The defaults are the published model."""

    artist_fatigue: float = Field(default=0.9, gt=0, le=1)
    """Gamma: a factor of the time for each time the artist was heard before in the session. The log: 0.9."""
    budget: int = Field(default=5, ge=2)
    """Disappointments until the listener leaves. The log: a session's mean sum of 1 - time is 5."""
    first_tracks: int = Field(default=10, ge=1)
    """A session starts with one of this many tracks that are nearest to its interest. The published model."""
    max_tracks: int = Field(default=200, ge=2)
    """Tracks of a session, the first included, before it is truncated. A guard: the log's longest has 14."""
    link: Literal["logistic", "cauchit"] = "logistic"
    """From logit to fraction. Cauchit has heavy tails: loved tracks are left at times, bad ones heard."""
    fatigue: Literal["geometric", "hyperbolic"] = "geometric"
    """gamma^n, or 1 / (1 + n (1/gamma - 1)): equal for n = 0 and 1, then the second tires more slowly."""
    drift_per_track: float = Field(default=0, ge=0, le=1)
    """Share of the taste that moves to another of the user's interests with each track."""
    random_skip_rate: float = Field(default=0, ge=0, lt=1)
    """Probability that a track is skipped at once, whatever it is: somebody rang the bell."""


class CatalogueConfig(_Config):
    """Artists, their sizes and genres, and what is popular."""

    tracks: int = Field(default=50_000, ge=1)
    """Tracks of a generated catalogue. The real one has 50,000."""
    artist_size_exponent: float = Field(default=1.07, gt=0)
    """P(an artist has at least k tracks) = k^-this. Mean 4.4 and median 1, as in the real catalogue."""
    max_artist_size: int = Field(default=80, ge=1)
    """Tracks of the largest artist. The real one has 80."""
    genres: int = Field(default=100, ge=1)
    """Genres; artists are spread over them evenly. A choice: some 500 tracks per genre."""
    popularity_exponent: float = Field(default=0.7, ge=0)
    """Popularity of rank r is (r + offset)^-this. Fitted to the interests of the real listeners."""
    popularity_offset: float = Field(default=0.01, gt=0)
    """The offset, as a share of the catalogue."""
    unplayed_share: float = Field(default=0, ge=0, lt=1)
    """Share of tracks that nobody chooses: the least popular ones are no interest and open no session."""


class EmbeddingConfig(_Config):
    """Tracks as vectors: genre, artist and own part, each Gaussian. Fitted to the log: see decision 0021."""

    dimension: int = Field(default=64, ge=1)
    """Two unrelated tracks have a cosine of about 0 ± 1 / sqrt(dimension)."""
    genre_share: float = Field(default=0.4, ge=0)
    """Part of a track's squared length that it shares with its genre."""
    artist_share: float = Field(default=0.3, ge=0)
    """Part of it that it shares with its artist; the rest is the track's own."""
    length: float = Field(default=6, gt=0)
    """Root mean square length of a vector; its square is comparable with a bias."""
    length_spread: float = Field(default=0.2, ge=0)
    """Standard deviation of the logarithm of lengths: long vectors are near to many, as learned ones are."""
    unit: bool = False
    """Scale every vector to length 1 instead, so that inner products are cosines."""

    @model_validator(mode="after")
    def _shares_leave_room(self) -> Self:
        if self.genre_share + self.artist_share > 1:
            raise ValueError("genre_share and artist_share together are more than 1")
        return self


class PopulationConfig(_Config):
    """Listeners and how demanding they are."""

    listeners: int = Field(default=10_000, ge=1)
    """Listeners of a generated world. The real file has 10,000."""
    bias: tuple[float, float] = (0, 10)
    """The bias is uniform between these: the inner product at which half a track is heard."""
    sharpness: tuple[float, float] = (1, 2)
    """The sharpness is uniform between these, per unit of inner product ..."""
    sharpness_inverted: bool = True
    """... or, with probability one half, the inverse of such a number."""

    @model_validator(mode="after")
    def _ranges_ascend(self) -> Self:
        if not self.bias[0] < self.bias[1] or not 0 < self.sharpness[0] < self.sharpness[1]:
            raise ValueError("bias and sharpness are each (low, high) with low < high; a sharpness is above 0")
        return self


class WorldConfig(_Config):
    """One world: with a seed it is complete."""

    name: str
    listener: ListenerConfig = ListenerConfig()
    catalogue: CatalogueConfig = CatalogueConfig()
    embedding: EmbeddingConfig = EmbeddingConfig()
    population: PopulationConfig = PopulationConfig()
