"""Many sessions in lockstep: the same listeners, answering thousands at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator import listener
from simulator.errors import SimulatorError
from simulator.philox import LAST_SEED, uniforms
from simulator.worlds import World

Rows = NDArray[np.int64]

_OPENING, _HEARING = 0, 1  # streams of random numbers
_ROOM = 16  # tracks of history to start with; a session has about nine


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one track each, one element per listener asked."""

    times: NDArray[np.float64]  # fraction listened, 0 to 1, exact (see listener.reported)
    left: NDArray[np.bool_]  # the listener had enough: terminated
    truncated: NDArray[np.bool_]  # the limit was hit, and the listener would have stayed

    @property
    def ended(self) -> NDArray[np.bool_]:
        """Whose session is over: the playback goes to ``/last``, not to ``/next``."""
        return self.left | self.truncated


class Crowd:
    """The sessions of some episodes, each with its own listener, interest, history and luck.

    An episode is a number. What happens in it depends on the world, the seed, that number and the tracks that
    it is given, and on nothing else: not on the other episodes, their order, or when they are asked.

    Attributes:
        users: Rows of the world's listeners, shape (n,).
        first_tracks: Rows of the tracks that the listeners chose, shape (n,).
        opening: What they heard of them; nobody has left yet.
    """

    def __init__(
        self, world: World, seed: int, episodes: range | Rows, *, users: NDArray[np.int64] | None = None
    ) -> None:
        """Open the sessions and let the listeners hear the track they chose.

        Args:
            world: Whose listeners and music.
            seed: 0 to 2**64 - 1.
            episodes: Numbers of the episodes, not negative.
            users: Who listens in each, rows of the world's listeners; drawn uniformly where it is not said.
        """
        if not 0 <= seed <= LAST_SEED:
            raise SimulatorError(f"a seed is between 0 and 2**64 - 1, {seed} is not")
        self._world, self._seed = world, seed
        self._episodes = np.asarray(episodes, dtype=np.int64)
        n = len(self._episodes)
        everyone = np.arange(n)
        _, what = self._luck(everyone, np.zeros(n, dtype=np.int64), _OPENING)
        which, whereto = self._luck(everyone, np.ones(n, dtype=np.int64), _OPENING)
        interests = world.listeners.interests
        choices = world.first_tracks.shape[2]
        self.users = draw_users(world, seed, self._episodes) if users is None else users
        mood = _pick(what, interests.shape[1])
        # Another of the user's interests, for a taste that drifts.
        next_mood = (mood + 1 + _pick(whereto, interests.shape[1] - 1)) % interests.shape[1]
        self._interest = interests[self.users, mood]
        self._next_interest = interests[self.users, next_mood]
        self.first_tracks = world.first_tracks[self.users, mood, _pick(which, choices)].astype(np.int64)
        self._budget = np.full(n, world.config.listener.budget)
        self._length = np.zeros(n, dtype=np.int64)
        self._ended = np.zeros(n, dtype=np.bool_)
        self._tracks = np.full((n, _ROOM), -1, dtype=np.int32)  # heard so far; -1 pads
        self._artists = np.full((n, _ROOM), -1, dtype=np.int32)
        self.opening = self.hear(everyone, self.first_tracks)

    def __len__(self) -> int:
        return len(self._episodes)

    def hear(self, rows: Rows, tracks: Rows) -> Heard:
        """Let some of the listeners hear one track each.

        Args:
            rows: Who, as positions in ``episodes``, each at most once, shape (b,).
            tracks: Rows of the tracks, shape (b,).

        Raises:
            SimulatorError: A session is over, or a track is not in the catalogue.
        """
        config = self._world.config.listener
        n_tracks = len(self._world.catalogue)
        if self._ended[rows].any():
            raise SimulatorError("a listener who has left hears no further track")
        if len(tracks) and not 0 <= tracks.min() <= tracks.max() < n_tracks:
            raise SimulatorError(f"tracks are rows 0 to {n_tracks - 1} of the catalogue")
        steps = self._length[rows]
        artists = self._world.catalogue.track_artist[tracks]
        span = int(steps.max(initial=0))
        repeated = (self._tracks[rows, :span] == tracks[:, None]).any(axis=1)
        artist_heard = (self._artists[rows, :span] == artists[:, None]).sum(axis=1)
        patience, distraction = self._luck(rows, steps, _HEARING)
        times = self._appeal(rows, tracks, steps) * listener.freshness(config, artist_heard)
        times[repeated | (distraction < config.random_skip_rate)] = 0
        self._remember(rows, steps, tracks, artists)
        self._budget[rows] -= listener.disappointed(times, patience)
        left = self._budget[rows] == 0
        truncated = ~left & (steps + 1 >= config.max_tracks)
        self._ended[rows] = left | truncated
        return Heard(times, left, truncated)

    def _appeal(self, rows: Rows, tracks: Rows, steps: Rows) -> NDArray[np.float64]:
        config, people = self._world.config.listener, self._world.listeners
        users = self.users[rows]
        products = self._products(tracks, self._interest[rows])
        if config.drift_per_track:
            products = listener.drifted(config, steps, products, self._products(tracks, self._next_interest[rows]))
        return listener.appeal(config, products, people.biases[users], people.sharpnesses[users])

    def _products(self, tracks: Rows, interests: NDArray[np.int32]) -> NDArray[np.float64]:
        # Row by row: a matrix product may round differently in a batch of another size.
        vectors = self._world.embeddings
        answer: NDArray[np.float64] = np.sum(vectors[tracks].astype(np.float64) * vectors[interests], axis=1)
        return answer

    def _remember(self, rows: Rows, steps: Rows, tracks: Rows, artists: NDArray[np.int32]) -> None:
        if int(steps.max(initial=0)) == self._tracks.shape[1]:
            room = np.full_like(self._tracks, -1)
            self._tracks = np.hstack([self._tracks, room])
            self._artists = np.hstack([self._artists, room])
        self._tracks[rows, steps] = tracks
        self._artists[rows, steps] = artists
        self._length[rows] = steps + 1

    def _luck(self, rows: Rows, steps: Rows, stream: int) -> NDArray[np.float64]:
        return uniforms(self._seed, self._episodes[rows], steps, stream)


def draw_users(world: World, seed: int, episodes: Rows) -> Rows:
    """Return who listens in each episode: rows of the world's listeners, each as likely as the other."""
    luck = uniforms(seed, episodes, np.zeros(len(episodes), dtype=np.int64), _OPENING)
    return _pick(luck[0], len(world.listeners))


def _pick(luck: NDArray[np.float64], n: int) -> Rows:
    """Return a uniform choice of 0 .. n - 1 for each uniform number."""
    return (luck * n).astype(np.int64)
