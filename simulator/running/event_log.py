"""The log of a run, in the format of Segue's own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic_core import to_json

from simulator.running.episodes import SKIP_MS, TRACK_MS, Episodes
from simulator.running.lockstep import Round
from simulator.running.serving import Served
from simulator.worlds import World


class LogLines:
    """Turns rounds into lines; a playback is logged at the simulated moment at which it ended."""

    def __init__(self, world: World, episodes: Episodes, served: Sequence[Served]) -> None:
        self._track_ids = world.catalogue.track_ids
        self._user_ids = world.listeners.user_ids
        self._episodes, self._served = episodes, served
        self._now_ms = episodes.starts_ms.copy()

    def lines(self, happened: Round) -> list[bytes]:
        """Return one line per playback, in the order of the round."""
        self._now_ms[happened.rows] += np.maximum(happened.times * TRACK_MS, SKIP_MS).astype(np.int64)
        answers = happened.answers
        return [
            self._line(*playback)
            for playback in zip(
                happened.rows.tolist(),
                happened.positions.tolist(),
                happened.tracks.tolist(),
                happened.times.tolist(),
                self._now_ms[happened.rows].tolist(),
                answers.tracks,
                answers.strategies,
                answers.propensities,
                answers.latencies_s,
                strict=True,
            )
        ]

    def _line(
        self,
        row: int,
        position: int,
        track: int,
        time: float,
        now_ms: int,
        recommendation: int | None,
        strategy: str | None,
        propensity: float | None,
        latency_s: float | None,
    ) -> bytes:
        route = self._served[row].route
        event = {
            "message": "last" if recommendation is None else "next",
            "timestamp": now_ms,
            "user": self._user_ids[self._episodes.users[row]],
            "track": self._track_ids[track],
            "time": time,
            "latency": latency_s,
            "recommendation": None if recommendation is None else self._track_ids[recommendation],
            "experiments": route.treatments,
            "session": self._episodes.request(row, 0),
            "position": position,
            "chain": route.chain.name,
            "strategy": strategy,
            "propensity": propensity,
            "request": self._episodes.request(row, position),
        }
        return to_json(event) + b"\n"
