"""Factors: the artists whom those hear who hear what was liked in this session, by a factorisation of the log."""

from __future__ import annotations

from itertools import islice
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig
from strategies.mood import MoodConfig, by_mood


class FactorsConfig(MoodConfig):
    """Parameters of *factors*."""

    confidence: float = Field(20.0, gt=0, description="Of a track heard to its end, beside the 1 of any artist.")
    heard_from: float = Field(0.2, ge=0, le=1, description="A fraction; what was heard no longer says nothing.")
    artists: int = Field(40, ge=1, le=1000, description="Artists whose tracks are considered, the most expected ones.")
    tracks: int = Field(3, ge=1, le=100, description="Tracks considered of each, the most appealing ones.")


class Factors:
    """Fold the session in as one more user, and propose tracks of the artists whom that user should hear.

    Source: Hu, Koren and Volinsky (2008): a user is the solution of weighted least squares over what they heard.
    """

    name: ClassVar[str] = "factors"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = FactorsConfig

    def __init__(self, config: FactorsConfig) -> None:
        self._config = config

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with tracks of the most expected artists at its end, in the order of the session's mood."""
        config, artifacts = self._config, query.artifacts
        scores = artifacts.artist_factors @ self._user(query)
        count = min(config.artists, len(scores))
        best = np.argpartition(-scores, count - 1)[:count]
        expected: dict[int, float] = {}
        for artist, score in zip(best.tolist(), scores[best].tolist(), strict=True):
            if score > 0:
                fresh = (track for track in artifacts.artist_tracks.row(artist) if track not in query.excluded)
                expected.update(dict.fromkeys(islice(fresh, config.tracks), min(score, 1.0)))
        return slate.followed_by(by_mood(query, expected, config), self.name)

    def _user(self, query: Query) -> NDArray[np.float32]:
        """Return the vector of a user who heard what this session did, (dimension,); zeros: nothing was heard.

        Solved for the artists heard instead of the directions, which are more: (1 / confidence + products)^-1.
        """
        heard: dict[int, float] = {}
        artists = query.artifacts.track_artist.take(query.tracks).tolist()
        for artist, time in zip(artists, query.times, strict=True):
            if time > self._config.heard_from:
                heard[artist] = heard.get(artist, 0.0) + self._config.confidence * time
        vectors = query.artifacts.artist_factors[list(heard)]
        doubt = 1 / np.array(list(heard.values()), np.float32)
        user: NDArray[np.float32] = np.linalg.solve(vectors @ vectors.T + np.diag(doubt), 1 + doubt) @ vectors
        return user
