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
        "session; 'list': what the user's own group hears longest, nothing for a user whom the log does not know.",
    )
    liked_from: float = Field(0.5, ge=0, le=1, description="A fraction from which a track's neighbours are asked.")
    memory: int = Field(20, ge=0, le=1000, description="Latest liked tracks asked, beside the anchor (tracks).")
    limit: int = Field(100, ge=1, le=1000, description="Tracks taken from the head of the group's list.")
    base: float = Field(0.2, ge=0, le=1, description="The fraction expected of each beforehand.")


class UserGroups:
    """Propose what a group of users hears, in the order of the session's mood."""

    name: ClassVar[str] = "user_groups"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = UserGroupsConfig

    def __init__(self, config: UserGroupsConfig) -> None:
        self._config = config

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with the group's tracks at its end."""
        found = self._list(query) if self._config.source == "list" else self._neighbours(query)
        expected = {track: self._config.base for track in found if track not in query.excluded}
        return slate.followed_by(by_mood(query, expected, self._config), self.name)

    def _list(self, query: Query) -> list[int]:
        artifacts = query.artifacts
        group = -1 if query.user is None else int(artifacts.user_group[query.user])
        return artifacts.group_tracks.row(group, self._config.limit) if group >= 0 else []

    def _neighbours(self, query: Query) -> list[int]:
        config = self._config
        liked = [t for t, time in zip(query.tracks, query.times, strict=True) if time >= config.liked_from]
        asked = liked[::-1][: config.memory]
        if query.anchor is not None:
            asked.append(query.anchor)
        near = query.artifacts.group_neighbours[asked].ravel().tolist() if asked else []
        return [track for track in near if track >= 0]
