"""Sessions in lockstep against a service."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.crowd import Crowd
from simulator.running.lockstep import Turns, listen
from simulator.running.service import Answers
from simulator.worlds import World


class Following:
    """Recommends the track after the one just heard, and remembers which sessions were live."""

    def __init__(self, users: list[int], n_tracks: int) -> None:
        self.users, self.n_tracks = users, n_tracks
        self.live: set[int] = set()
        self.most = 0
        self.overlapped = False

    def report(
        self,
        rows: Sequence[int],
        positions: Sequence[int],
        tracks: Sequence[int],
        times: Sequence[float],
        ended: Sequence[bool],
    ) -> Answers:
        """Answer, and look who is there."""
        del positions, times
        self.live |= set(rows)
        self.most = max(self.most, len(self.live))
        self.overlapped |= len({self.users[row] for row in self.live}) < len(self.live)
        self.live -= {row for row, last in zip(rows, ended, strict=True) if last}
        nothing = [None] * len(rows)
        following = [None if last else (track + 1) % self.n_tracks for track, last in zip(tracks, ended, strict=True)]
        return Answers(following, list(nothing), list(nothing), list(nothing))


def playbacks(world: World, at_once: int) -> tuple[Following, set[tuple[int, int, int, float, bool]]]:
    """Return the service and every playback of 200 episodes."""
    crowd = Crowd(world, 3, range(200))
    service = Following(crowd.users.tolist(), len(world.catalogue))
    seen = {
        playback
        for happened in listen(crowd, service, at_once)
        for playback in zip(
            happened.rows.tolist(),
            happened.positions.tolist(),
            happened.tracks.tolist(),
            happened.times.tolist(),
            happened.ended.tolist(),
            strict=True,
        )
    }
    return service, seen


def test_two_episodes_of_a_user_are_never_live_together(dot: World) -> None:
    """However many sessions may be live at once, a user has one, and no more are live than asked for."""
    for at_once in (7, 200):
        service, _ = playbacks(dot, at_once)
        assert not service.overlapped
        assert service.most <= min(at_once, len(dot.listeners))


def test_playbacks_do_not_depend_on_how_many_are_live(dot: World) -> None:
    """One session after another or all together: the same playbacks, each with its end, reported in two digits."""
    _, alone = playbacks(dot, 1)
    _, together = playbacks(dot, 200)
    assert alone == together
    assert sum(ended for *_, ended in together) == 200
    assert all(round(time, 2) == time for *_, time, _ in together)


def test_turns_are_taken_in_order() -> None:
    """Episodes start in order, each as soon as its user's earlier one has ended."""
    turns = Turns(np.array([4, 4, 5, 4]))
    assert turns.start(9).tolist() == [0, 2]
    assert turns.start(9).tolist() == []
    turns.finish(np.array([0]))
    assert turns.start(9).tolist() == [1]
    turns.finish(np.array([2, 1]))
    assert turns.start(9).tolist() == [3]
