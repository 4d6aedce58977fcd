"""The Gymnasium environment."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from simulator.crowd import Crowd
from simulator.environment import ENVIRONMENT_ID, Listening
from simulator.errors import SimulatorError
from simulator.worlds import World


def test_the_checker_is_content(world: World) -> None:
    """Gymnasium's own checker passes without a warning."""
    check_env(gymnasium.make(ENVIRONMENT_ID, world=world).unwrapped)


def test_lockstep_and_environment_agree(world: World) -> None:
    """Episode by episode, both give the same user, first track, times and ends, to the bit."""
    policy = np.random.default_rng(2).integers(len(world.catalogue), size=(30, world.config.listener.max_tracks))
    crowd = Crowd(world, 5, range(30))
    room = Listening(world)
    alone = []
    for episode in range(30):
        seen, _ = room.reset(seed=5 if episode == 0 else None)
        assert (seen["user"], seen["track"]) == (crowd.users[episode], crowd.first_tracks[episode])
        assert seen["time"] == crowd.opening.times[episode].astype(np.float32)
        ended, answers = False, []
        while not ended:
            _, time, left, truncated, _ = room.step(policy[episode, len(answers)])
            answers.append((time, left, truncated))
            ended = left or truncated
        alone.append(answers)
    lockstep: list[list[tuple[float, bool, bool]]] = [[] for _ in range(30)]
    active, step = np.arange(30), 0
    while len(active):
        heard = crowd.hear(active, policy[active, step])
        for i, row in enumerate(active):
            lockstep[row].append((float(heard.times[i]), bool(heard.left[i]), bool(heard.truncated[i])))
        active, step = active[~heard.ended], step + 1
    assert lockstep == alone


def test_external_ids_are_told(lonely: World) -> None:
    """Observations hold rows, info the catalogue's and the listeners' own ids."""
    room = Listening(lonely)
    seen, info = room.reset(seed=1)
    assert (seen["user"], seen["track"]) == (0, 0)
    assert info == {"episode": 0, "user_id": "ann", "track_id": 100}
    seen, reward, left, truncated, info = room.step(np.int64(10))
    assert (info["track_id"], left, truncated) == (110, False, False)
    assert reward == pytest.approx(0.9)
    assert seen["time"] == pytest.approx([0.9])


def test_an_episode_can_be_chosen(world: World) -> None:
    """Option ``episode`` opens the same session that counting up to it opens; then counting goes on."""
    room = Listening(world)
    counted = [room.reset(seed=4 if i == 0 else None) for i in range(4)]
    assert room.reset(seed=4, options={"episode": 2}) == counted[2]
    assert room.reset() == counted[3]


def test_a_listener_can_be_chosen(world: World) -> None:
    """Option ``user`` opens a session of that listener."""
    seen, _ = Listening(world).reset(seed=4, options={"user": 23})
    assert seen["user"] == 23


@pytest.mark.parametrize("options", [{"mood": 1}, {"user": 60}, {"user": "ann"}, {"episode": -1}, {"user": True}])
def test_a_bad_option_is_refused(world: World, options: dict[str, object]) -> None:
    """An option that is unknown or out of range is named in the error."""
    with pytest.raises(SimulatorError, match=next(iter(options))):
        Listening(world).reset(options=options)


def test_a_session_begins_with_reset(lonely: World) -> None:
    """A step before any reset is refused in a sentence."""
    with pytest.raises(SimulatorError, match="reset"):
        Listening(lonely).step(np.int64(1))


def test_an_unknown_world_is_refused() -> None:
    """A world's name that does not exist is answered with those that do."""
    with pytest.raises(SimulatorError, match="there are dot, cosine"):
        Listening("flat")
