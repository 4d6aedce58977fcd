"""The one use case: record the playback, hydrate the query, run the chain, log, answer."""

from __future__ import annotations

import asyncio
import copy
import time
from dataclasses import dataclass
from typing import Self

from app.answer_metrics import AnswerMetrics
from app.event_log.log import EventLog
from app.routing import Route, Router
from app.sessions.store import Report, SessionStore
from app.settings import Settings
from app.steps import Around, untraced
from preprocessing.artifacts import Artifacts
from strategies.chain import Chain, Decision
from strategies.hydrate import hydrate
from strategies.session import Playback, Session, TrackId, UserId

Logged = asyncio.Future[None] | None  # done when an answer may leave; None: it may at once


@dataclass(slots=True)  # not frozen: docs/decisions/0094-what-is-made-for-every-song.md
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
        around: Around = untraced,
    ) -> None:
        self._artifacts = artifacts
        self._router = router
        self._record = around("session store", store.record)
        self._decide = around(
            "decision",
            Chain.__call__,
            lambda decision, chain, *_, **__: {"segue.chain": chain.name, "segue.strategy": decision.by[0]},
        )
        self._append = around("event log", event_log.append)
        self._counted = counted
        self._seed = settings.server.seed
        self._skip_threshold = settings.session.skip_threshold

    def with_artifacts(self, artifacts: Artifacts) -> Self:
        """Return a recommender that answers from other artifacts, and is the same in all else."""
        other = copy.copy(self)
        other._artifacts = artifacts
        return other

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
        report = reported(playback, request, last=False)
        session = await self._record(user, report)
        found, logged = self.answer(user, report, session, started_s, wanted, explain=explain)
        if logged is not None:
            await logged
        return found

    async def last_track(self, user: UserId, playback: Playback, request: str) -> None:
        """Record the last playback of a session and end it."""
        started_s = time.perf_counter()
        report = reported(playback, request, last=True)
        logged = self.end(user, report, await self._record(user, report), started_s)
        if logged is not None:
            await logged

    def answer(
        self,
        user: UserId,
        report: Report,
        session: Session,
        started_s: float,
        wanted: int = 1,
        *,
        explain: bool = False,
    ) -> tuple[Recommendation, Logged]:
        """Return what comes after a playback that was recorded, and when it may be told; it is logged and counted.

        Args:
            user: External id, known to the log or not.
            report: The playback.
            session: After it.
            started_s: When the request was read, by ``time.perf_counter``.
            wanted: Length of the queue.
            explain: Keep the decision trace.
        """
        route = self._router.route(user)
        query = hydrate(
            session, user, self._artifacts, skip_threshold=self._skip_threshold, seed=self._seed, wanted=wanted
        )
        decision = self._decide(route.chain, query, explain=explain)
        track_ids = self._artifacts.track_ids
        tracks: list[TrackId] = [track_ids[row] for row in decision.tracks]
        logged = self._log(user, report, session, route, started_s, tracks[0], decision)
        return Recommendation(tracks, session, route, decision), logged

    def end(self, user: UserId, report: Report, session: Session, started_s: float) -> Logged:
        """Log and count a session's last playback, which was recorded; return when that may be told."""
        return self._log(user, report, session, self._router.route(user), started_s, None, None)

    def _log(
        self,
        user: UserId,
        report: Report,
        session: Session,
        route: Route,
        started_s: float,
        recommendation: TrackId | None,
        decision: Decision | None,
    ) -> Logged:
        latency_s = time.perf_counter() - started_s
        heard = report.playback.time
        self._counted.heard(route.chain, heard, skipped=heard <= self._skip_threshold, penalised=session.penalised)
        if decision is not None:
            self._counted.answered(route.chain, decision.by[0], latency_s)
        return self._append(
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


def reported(playback: Playback, request: str, *, last: bool) -> Report:
    """Return a playback as it is reported now."""
    return Report(playback, request, time.time_ns() // 1_000_000, last)
