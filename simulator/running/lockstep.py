"""Sessions in lockstep: all whose turn it is report, all get their next track, all hear it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from simulator import listener
from simulator.crowd import Crowd, Rows
from simulator.running.service import Answers, Service


@dataclass(frozen=True, slots=True)
class Round:
    """One playback each of some episodes, and what the service answered."""

    rows: Rows  # positions in the episodes, each at most once
    positions: Rows  # of the playback in its session, from 0
    tracks: Rows
    times: NDArray[np.float64]  # as reported
    ended: NDArray[np.bool_]
    answers: Answers


def listen(crowd: Crowd, service: Service, at_once: int) -> Iterator[Round]:
    """Run all sessions of a crowd to their ends.

    Args:
        crowd: Whose sessions have just been opened.
        service: Recommends.
        at_once: Sessions that are live at a time, at most; never two of one user.

    Raises:
        SimulatorError: The service is away or refuses.
    """
    turns = Turns(crowd.users)
    n = len(crowd)
    tracks, times = crowd.first_tracks.copy(), crowd.opening.times.copy()
    ended, positions = crowd.opening.ended.copy(), np.zeros(n, dtype=np.int64)
    live = turns.start(at_once)
    while len(live):
        reported = listener.reported(times[live])
        answers = service.report(
            live.tolist(), positions[live].tolist(), tracks[live].tolist(), reported.tolist(), ended[live].tolist()
        )
        yield Round(live, positions[live], tracks[live], reported, ended[live], answers)
        gone, staying = live[ended[live]], live[~ended[live]]
        turns.finish(gone)
        tracks[staying] = [track for track in answers.tracks if track is not None]
        heard = crowd.hear(staying, tracks[staying])
        times[staying], ended[staying] = heard.times, heard.ended
        positions[staying] += 1
        live = np.sort(np.concatenate([staying, turns.start(len(gone))]))


class Turns:
    """Whose turn it is: episodes in order, each after its user's earlier one has ended."""

    def __init__(self, users: Rows) -> None:
        self._following: dict[int, int] = {}
        latest: dict[int, int] = {}
        self._ready: list[int] = []
        for row, user in enumerate(users.tolist()):
            if user in latest:
                self._following[latest[user]] = row
            else:
                self._ready.append(row)
            latest[user] = row
        heapify(self._ready)

    def start(self, at_most: int) -> Rows:
        """Return the next episodes whose users are free."""
        n = min(at_most, len(self._ready))
        return np.array([heappop(self._ready) for _ in range(n)], dtype=np.int64)

    def finish(self, rows: Rows) -> None:
        """Let the users of ended episodes go on to their next."""
        for row in rows.tolist():
            if row in self._following:
                heappush(self._ready, self._following.pop(row))
