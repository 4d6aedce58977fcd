"""Similar users: what those like who are like this user, then what the user likes, came with, and everybody hears."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import ClassVar

from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig
from strategies.mood import MoodConfig, by_mood
from strategies.popular import popular_tracks


class SimilarUsersConfig(MoodConfig):
    """Parameters of *similar users*: how many of each kind are asked, and how much is expected of what they say."""

    liked_tracks: int = Field(5, ge=0, le=100, description="Nearest users by the tracks they like.")
    disliked_tracks: int = Field(3, ge=0, le=100, description="Nearest users by the tracks they dislike.")
    liked_artists: int = Field(5, ge=0, le=100, description="Nearest users by the artists they like.")
    disliked_artists: int = Field(3, ge=0, le=100, description="Nearest users by the artists they dislike.")
    fans: int = Field(10, ge=0, le=100, description="Users who most like an artist that was liked in this session.")
    favourites: int = Field(10, ge=1, le=1000, description="Favourites considered of each user (tracks).")
    liked_from: float = Field(0.5, ge=0, le=1, description="A fraction from which an artist's fans are asked.")
    voters: float = Field(4.0, gt=0, description="So many users must like a track for half of it to be expected.")
    own: float = Field(0.4, ge=0, le=1, description="The fraction expected of an own favourite.")
    first: float = Field(0.15, ge=0, le=1, description="The fraction expected of an own first track.")
    popular: float = Field(0.1, ge=0, le=1, description="The fraction expected of a popular track.")


class SimilarUsers:
    """Propose by cascade, in the order of the session's mood.

    For users whom the log does not know, and for moods that the similar users do not share, the fans of the
    artists that were liked in this session are asked too.
    """

    name: ClassVar[str] = "similar_users"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = SimilarUsersConfig

    def __init__(self, config: SimilarUsersConfig) -> None:
        self._config = config

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with the cascade at its end."""
        config, artifacts = self._config, query.artifacts
        favourites = artifacts.user_favourites
        votes: dict[int, int] = {}
        for user in self._similar(query):
            for track in favourites.row(user, config.favourites):
                votes[track] = votes.get(track, 0) + 1
        expected = {track: n / (n + config.voters) for track, n in votes.items()}
        if query.user is not None:
            _add(expected, favourites.row(query.user, config.favourites), config.own)
            _add(expected, artifacts.user_first_tracks.row(query.user, config.favourites), config.first)
        fresh = {track: value for track, value in expected.items() if track not in query.excluded}
        _add(fresh, islice(popular_tracks(artifacts, query.excluded), query.wanted), config.popular)
        return slate.followed_by(by_mood(query, fresh, config), self.name)

    def _similar(self, query: Query) -> set[int]:
        config, artifacts = self._config, query.artifacts
        found: set[int] = set()
        artists = {
            artist
            for artist, time in zip(artifacts.track_artist[query.tracks].tolist(), query.times, strict=True)
            if time >= config.liked_from
        }
        for artist in artists:
            found.update(artifacts.artist_fans.row(artist, config.fans))
        if query.user is not None:
            for kin, k in (
                (artifacts.kin_by_liked_tracks, config.liked_tracks),
                (artifacts.kin_by_disliked_tracks, config.disliked_tracks),
                (artifacts.kin_by_liked_artists, config.liked_artists),
                (artifacts.kin_by_disliked_artists, config.disliked_artists),
            ):
                found.update(user for user in kin[query.user, :k].tolist() if user >= 0)
            found.discard(query.user)
        return found


def _add(expected: dict[int, float], tracks: Iterable[int], value: float) -> None:
    for track in tracks:
        expected.setdefault(track, value)
