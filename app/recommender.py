"""The one use case: record the playback, hydrate the query, run the chain, log, answer."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from dataclasses import dataclass

from app.answer_metrics import AnswerMetrics
from app.event_log import EventLog
from app.routing import Route, Router
from app.sessions.store import Report, SessionStore
from app.settings import Settings
from preprocessing.artifacts import Artifacts
from strategies.chain import Decision
from strategies.hydrate import hydrate
from strategies.session import Playback, Session, TrackId, UserId


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The answer to one playback, in external ids, and how it came about."""

    tracks: list[TrackId]  # a queue of distinct tracks, the answer first
    session: Session
    route: Route
    decision: Decision


class Recommender:
    """Answers playbacks; holds no state of its own between two requests."""

    def __init__(
        self,
        settings: Settings,
        artifacts: Artifacts,
        router: Router,
        store: SessionStore,
        event_log: EventLog,
        counted: AnswerMetrics,
    ) -> None:
        self._artifacts = artifacts
        self._router = router
        self._store = store
        self._event_log = event_log
        self._counted = counted
        self._seed = settings.server.seed
        self._skip_threshold = settings.session.skip_threshold

    async def next_track(
        self, user: UserId, playback: Playback, request: str, wanted: int = 1, *, explain: bool = False
    ) -> Recommendation:
        """Record a finished playback and return what comes next.

        Args:
            user: External id, known to the log or not.
            playback: A track of the catalogue and the fraction listened.
            request: The name of this request; the same one again changes nothing.
            wanted: Length of the queue.
            explain: Keep the decision trace.
        """
        started_s = time.perf_counter()
        report = _report(playback, request, last=False)
        session = await self._store.record(user, report)
        route = self._router.route(user)
        query = hydrate(
            session, user, self._artifacts, skip_threshold=self._skip_threshold, seed=self._seed, wanted=wanted
        )
        decision = route.chain(query, explain=explain)
        track_ids = self._artifacts.track_ids
        tracks: list[TrackId] = [track_ids[row] for row in decision.tracks]
        await self._log(user, report, session, route, started_s, tracks[0], decision)
        return Recommendation(tracks, session, route, decision)

    async def last_track(self, user: UserId, playback: Playback, request: str) -> None:
        """Record the last playback of a session and end it."""
        started_s = time.perf_counter()
        report = _report(playback, request, last=True)
        session = await self._store.record(user, report)
        await self._log(user, report, session, self._router.route(user), started_s, None, None)

    def _log(
        self,
        user: UserId,
        report: Report,
        session: Session,
        route: Route,
        started_s: float,
        recommendation: TrackId | None,
        decision: Decision | None,
    ) -> Awaitable[None]:
        latency_s = time.perf_counter() - started_s
        heard = report.playback.time
        self._counted.heard(route.chain, heard, skipped=heard <= self._skip_threshold, penalised=session.penalised)
        if decision is not None:
            self._counted.answered(route.chain, decision.by[0], latency_s)
        return self._event_log.append(
            last=report.last,
            timestamp_ms=report.now_ms,
            user=user,
            track=report.playback.track,
            time=heard,
            latency_s=latency_s,
            recommendation=recommendation,
            experiments=route.treatments,
            session=session,
            chain=route.chain.name,
            strategy=decision.by[0] if decision else None,
            propensity=decision.propensity if decision else None,
            request=report.request,
        )


def _report(playback: Playback, request: str, *, last: bool) -> Report:
    return Report(playback, request, time.time_ns() // 1_000_000, last)
