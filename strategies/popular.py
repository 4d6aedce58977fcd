"""Popular: what is listened to most, over all users."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import islice
from typing import ClassVar

from pydantic import Field

from preprocessing.artifacts import Artifacts
from strategies.base import Query, Role, Slate, StrategyConfig


class PopularConfig(StrategyConfig):
    """Parameters of *popular*."""

    limit: int = Field(10, ge=1, le=1000, description="Candidates proposed beyond the queue asked for (tracks).")


class Popular:
    """Propose the tracks with the largest sum of listened fractions in the log, not yet heard or disliked."""

    name: ClassVar[str] = "popular"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = PopularConfig

    def __init__(self, config: PopularConfig) -> None:
        self._limit = config.limit

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with popular tracks at its end."""
        fresh = popular_tracks(query.artifacts, query.excluded)
        return slate.followed_by(list(islice(fresh, self._limit + query.wanted)), self.name)


def popular_tracks(artifacts: Artifacts, without: Container[int], block: int = 64) -> Iterator[int]:
    """Yield all tracks of the catalogue, most listened first, without some.

    Args:
        artifacts: Catalogue and popularity.
        without: Rows to pass over.
        block: Rows taken from the mapped array at a time: most calls need only the first few.
    """
    order = artifacts.popular_tracks
    for start in range(0, len(order), block):
        for track in order[start : start + block].tolist():
            if track not in without:
                yield track
