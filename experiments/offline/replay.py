"""From a log back to the queries that the service answered: every session is lived again, playback by playback."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise

import polars as pl

from app.settings import Settings
from experiments.report.log import Log
from preprocessing.artifacts import Artifacts
from strategies.base import Query
from strategies.hydrate import hydrate
from strategies.penalty import PenaltyRule
from strategies.session import Playback, Session, TrackId, UserId, advance

_COLUMNS = ("user", "session", "position", "track", "time", "message", "recommendation", "propensity", "chain")


@dataclass(frozen=True, slots=True)
class Step:
    """A logged recommendation, and the query that it answered."""

    query: Query
    user: UserId
    chain: str | None  # that answered
    answer: int  # row of the track
    propensity: float | None  # None: not known
    fraction: float  # heard of it


@dataclass(frozen=True, slots=True)
class Row:
    """A playback of the log, in external ids."""

    user: UserId
    session: str
    position: int
    playback: Playback
    answer: TrackId | None
    propensity: float | None
    chain: str | None


@dataclass(slots=True)
class Replay:
    """Lives the sessions of a log again; iterate it once.

    Attributes:
        left_out: What was passed over, a sentence's subject to its count; complete when the iteration has ended.
    """

    log: Log
    artifacts: Artifacts  # those that served, for a replay that equals what was answered
    settings: Settings
    left_out: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Step]:
        """Yield every recommendation that was played next, by user, session and position."""
        for _, rows in groupby(self._rows(), key=lambda row: (row.user, row.session)):
            session = list(rows)
            if [row.position for row in session] == list(range(len(session))):
                yield from self._steps(session)
            else:
                self.left_out["sessions of which a playback is missing"] += 1

    def _steps(self, rows: list[Row]) -> Iterator[Step]:
        rules = self.settings.session
        penalty = PenaltyRule(rules.skip_threshold, rules.max_penalty)
        session: Session | None = None
        for row, following in pairwise(rows):
            session = advance(
                session,
                row.playback,
                penalty,
                new_session=row.session,
                now_ms=0,
                history_limit=rules.history_limit,
            )
            answer = None if row.answer is None else self.artifacts.track_ids.find(row.answer)
            if answer is None or following.playback.track != row.answer:
                self.left_out["recommendations that were not what was played next"] += 1
                continue
            query = hydrate(
                session,
                row.user,
                self.artifacts,
                skip_threshold=rules.skip_threshold,
                seed=self.settings.server.seed,
            )
            yield Step(query, row.user, row.chain, answer, row.propensity, following.playback.time)

    def _rows(self) -> Iterator[Row]:
        told = pl.all_horizontal(pl.col("user", "session", "position", "track").is_not_null())
        usable = told & pl.col("message").is_in(["next", "last"]) & pl.col("time").is_between(0, 1)
        placed = self.log.events.select(pl.col(_COLUMNS)).filter(usable)
        others = self.log.broken_lines + self.log.events.height - placed.height
        if others:
            self.left_out["lines that are no playback with a session and a position"] += others
        # A request that was sent again is logged again, at the same position.
        once = placed.with_columns(pl.col("user", "session").cast(pl.String)).unique(
            ["user", "session", "position"], keep="first", maintain_order=True
        )
        manifest = self.artifacts.manifest
        of_track = _integer if manifest.track_id_type == "integer" else str
        of_user = _integer if manifest.user_id_type == "integer" else str
        for user, session, position, track, time, _, answer, propensity, chain in once.sort(
            "user", "session", "position"
        ).iter_rows():
            recommended = None if answer is None else of_track(answer)
            playback = Playback(of_track(track), time)
            yield Row(of_user(user), session, position, playback, recommended, propensity, chain)


def _integer(text: str) -> int | str:
    """Return an id as the service knows it: the log's reader makes all of them texts."""
    try:
        return int(text)
    except ValueError:
        return text
