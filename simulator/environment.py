"""One listener as a Gymnasium environment: an action is the next track, its reward the fraction heard."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from simulator.crowd import Crowd
from simulator.errors import SimulatorError
from simulator.worlds import World, find_world, make_world

ENVIRONMENT_ID = "segue/Listening-v0"

Observation = dict[str, Any]
Info = dict[str, int | str]


class Listening(gymnasium.Env[Observation, np.int64]):
    """A session: the listener comes with a track, hears what is recommended, and leaves when it is enough.

    An observation is what a recommender is told: the user and the track just heard, as rows, and the fraction
    heard; ``info`` has their external ids and the episode. The first track is the listener's choice, so it
    earns no reward: its fraction is in the observation that ``reset`` returns.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012  # Gymnasium declares it so

    def __init__(self, world: World | str = "dot") -> None:
        """Enter a world.

        Args:
            world: A world, or the name of one to make from seed 0.
        """
        self._world = make_world(find_world(world), seed=0) if isinstance(world, str) else world
        n_tracks, n_users = len(self._world.catalogue), len(self._world.listeners)
        self.action_space = spaces.Discrete(n_tracks)
        self.observation_space = spaces.Dict(
            {
                "user": spaces.Discrete(n_users),
                "track": spaces.Discrete(n_tracks),
                "time": spaces.Box(0, 1, shape=(1,), dtype=np.float32),
            }
        )
        self._seed: int | None = None
        self._episode = -1
        self._crowd: Crowd | None = None

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Open the next session.

        Args:
            seed: Starts again with episode 0 of that seed. Without it, the episode after the last one.
            options: ``{"episode": n}`` chooses the episode, ``{"user": row}`` the listener.

        Raises:
            SimulatorError: An option is unknown or out of range.
        """
        super().reset(seed=seed)
        if seed is not None or self._seed is None:
            # Gymnasium makes up a seed of any size where none is given.
            self._seed, self._episode = self.np_random_seed % 2**64, -1
        wanted = dict(options or {})
        self._episode = _whole(wanted.pop("episode", self._episode + 1), "episode", 2**63)
        user = wanted.pop("user", None)
        if wanted:
            raise SimulatorError(f"unknown option {next(iter(wanted))!r}: there are 'episode' and 'user'")
        users = None if user is None else np.array([_whole(user, "user", len(self._world.listeners))])
        self._crowd = Crowd(self._world, self._seed, np.array([self._episode]), users=users)
        return self._told(self._crowd, int(self._crowd.first_tracks[0]), self._crowd.opening.times)

    def step(self, action: np.int64) -> tuple[Observation, float, bool, bool, Info]:
        """Let the listener hear a track.

        Returns:
            What a recommender is told, the fraction heard, whether the listener left, whether the limit was
            hit, and the external ids.

        Raises:
            SimulatorError: The session has not begun or is over, or the track is not in the catalogue.
        """
        if self._crowd is None:
            raise SimulatorError("a session begins with reset()")
        heard = self._crowd.hear(np.array([0]), np.array([action], dtype=np.int64))
        observation, info = self._told(self._crowd, int(action), heard.times)
        return observation, float(heard.times[0]), bool(heard.left[0]), bool(heard.truncated[0]), info

    def _told(self, crowd: Crowd, track: int, times: NDArray[np.float64]) -> tuple[Observation, Info]:
        user = int(crowd.users[0])
        observation: Observation = {
            "user": np.int64(user),
            "track": np.int64(track),
            "time": times.astype(np.float32),
        }
        info: Info = {
            "episode": self._episode,
            "user_id": self._world.listeners.user_ids[user],
            "track_id": self._world.catalogue.track_ids[track],
        }
        return observation, info


def _whole(value: object, name: str, end: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 0 <= value < end:
        raise SimulatorError(f"option {name!r} is a whole number from 0 to {end - 1}, not {value!r}")
    return int(value)


gymnasium.register(id=ENVIRONMENT_ID, entry_point="simulator.environment:Listening")
