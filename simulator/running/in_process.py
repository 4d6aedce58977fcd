"""The recommender in process: the chains that answer HTTP, over sessions in memory."""

from __future__ import annotations

from collections.abc import Sequence
from time import process_time

from app.settings import Settings
from preprocessing.artifacts import Artifacts
from simulator.running.episodes import Episodes
from simulator.running.service import Answers
from simulator.running.serving import Served
from simulator.worlds import World
from strategies.hydrate import hydrate
from strategies.penalty import PenaltyRule
from strategies.session import Playback, Session, advance


class InProcess:
    """A service without a wire; each episode has a session of its own."""

    def __init__(
        self,
        world: World,
        episodes: Episodes,
        served: Sequence[Served],
        artifacts: Artifacts,
        settings: Settings,
    ) -> None:
        self._track_ids = world.catalogue.track_ids
        user_ids = world.listeners.user_ids
        self._users = [user_ids[user] for user in episodes.users.tolist()]
        self._starts_ms = episodes.starts_ms.tolist()
        self._episodes, self._served, self._artifacts = episodes, served, artifacts
        rules = settings.session
        self._penalty = PenaltyRule(rules.skip_threshold, rules.max_penalty)
        self._skip_threshold, self._history_limit = rules.skip_threshold, rules.history_limit
        self._seed = settings.server.seed
        self._sessions: dict[int, Session] = {}
        self.decisions = 0
        self.deciding_s = 0.0

    def report(
        self,
        rows: Sequence[int],
        positions: Sequence[int],
        tracks: Sequence[int],
        times: Sequence[float],
        ended: Sequence[bool],
    ) -> Answers:
        """Record the playbacks and decide."""
        del positions  # a session counts for itself
        started_s = process_time()
        chosen: list[int | None] = []
        by: list[str | None] = []
        propensities: list[float | None] = []
        for row, track, time, last in zip(rows, tracks, times, ended, strict=True):
            if last:
                self._sessions.pop(row, None)
                chosen.append(None)
                by.append(None)
                propensities.append(None)
                continue
            session = self._record(row, Playback(self._track_ids[track], time))
            query = hydrate(
                session, self._users[row], self._artifacts, skip_threshold=self._skip_threshold, seed=self._seed
            )
            decision = self._served[row].route.chain(query)
            chosen.append(decision.tracks[0])
            by.append(decision.by[0])
            propensities.append(decision.propensity)
            self.decisions += 1
        self.deciding_s += process_time() - started_s
        return Answers(chosen, by, propensities, [None] * len(rows))

    def _record(self, row: int, playback: Playback) -> Session:
        old = self._sessions.get(row)
        session = self._sessions[row] = advance(
            old,
            playback,
            self._penalty,
            new_session=self._episodes.request(row, 0) if old is None else old.id,
            now_ms=self._starts_ms[row],
            history_limit=self._history_limit,
        )
        return session
