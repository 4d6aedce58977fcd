"""User groups: what is heard by those who hear the same as this user, or the same as this session."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig
from strategies.mood import MoodConfig, by_mood


class UserGroupsConfig(MoodConfig):
    """Parameters of *user groups*."""

    source: Literal["neighbours", "list"] = Field(
        "neighbours",
        description="'neighbours': tracks that the same groups hear as the anchor and as what was liked in this "
        "session; 'list': what the user's own group hears longest, and the groups of whom are fans of an artist "
        "that was liked in this session.",
    )
    liked_from: float = Field(0.5, ge=0, le=1, description="A fraction from which a track was liked.")
    memory: int = Field(20, ge=0, le=1000, description="Latest liked tracks that count, beside the anchor (tracks).")
    base: float = Field(0.2, ge=0, le=1, description="The fraction expected of each neighbour beforehand.")
    fans: int = Field(5, ge=0, le=100, description="Fans whose groups are asked, of each artist that was liked.")
    head: int = Field(20, ge=1, le=1000, description="Tracks taken from the head of a group's list.")
    voters: float = Field(5.0, gt=0, description="So many must name a track for half of it to be expected.")


class UserGroups:
    """Propose what groups of users hear, in the order of the session's mood."""

    name: ClassVar[str] = "user_groups"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = UserGroupsConfig

    def __init__(self, config: UserGroupsConfig) -> None:
        self._config = config

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with the groups' tracks at its end."""
        found = self._listed(query) if self._config.source == "list" else self._neighbours(query)
        expected = {track: value for track, value in found.items() if track not in query.excluded}
        return slate.followed_by(by_mood(query, expected, self._config), self.name)

    def _neighbours(self, query: Query) -> dict[int, float]:
        near = query.artifacts.group_neighbours[self._liked(query)].ravel().tolist()
        return {track: self._config.base for track in near if track >= 0}

    def _listed(self, query: Query) -> dict[int, float]:
        """Return the tracks of the groups' lists; each group names them once for each of its members who is asked."""
        artifacts, config = query.artifacts, self._config
        asked = [] if query.user is None else [query.user]
        for artist in dict.fromkeys(artifacts.track_artist[self._liked(query)].tolist()):
            asked += artifacts.artist_fans.row(artist, config.fans)
        votes: dict[int, int] = {}
        for group in artifacts.user_group[asked].tolist():
            for track in artifacts.group_tracks.row(group, config.head) if group >= 0 else ():
                votes[track] = votes.get(track, 0) + 1
        return {track: n / (n + config.voters) for track, n in votes.items()}

    def _liked(self, query: Query) -> list[int]:
        """Return the tracks that were liked, latest first, then the anchor."""
        heard = zip(reversed(query.tracks), reversed(query.times), strict=True)
        liked = [track for track, time in heard if time >= self._config.liked_from][: self._config.memory]
        return liked if query.anchor is None else [*liked, query.anchor]
