"""What the lifespan builds and every endpoint uses: one frozen object, opened in order, closed in reverse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

from app.access.rates import RateLimit
from app.event_log.log import EventLog
from app.judge import Judge
from app.metrics import Metrics
from app.parse import parse_user
from app.recommender import Recommender
from app.routing import Router, build_router
from app.search import Search
from app.servable import load_servable
from app.sessions.opening import open_store
from app.sessions.store import ServingStore
from app.settings import Settings
from app.steps import Around, untraced
from preprocessing.artifacts import Artifacts, Ids
from strategies.session import UserId


@dataclass(frozen=True, slots=True)
class State:
    """All parts of a running service."""

    settings: Settings
    artifacts: Artifacts
    router: Router
    store: ServingStore
    event_log: EventLog
    recommender: Recommender
    judge: Judge
    search: Search = field(default_factory=Search)
    user_rate: RateLimit | None = None  # how often each user may be called about; None: any number
    earlier_tracks: Ids | None = None  # of the artifacts before these: what is heard now may be one of them

    def admit(self, text: str) -> UserId:
        """Return the user that a call is about, in the log's type.

        Raises:
            InvalidRequest: It is no id of a user.
            TooManyRequests: There are too many calls about this user.
        """
        user = parse_user(text, self.artifacts)
        if self.user_rate is not None:
            self.user_rate.count(user, f"user {user!r}")
        return user

    def with_artifacts(self, artifacts: Artifacts) -> State:
        """Return a state that answers from other artifacts, and is the same in all else."""
        recommender = self.recommender.with_artifacts(artifacts)
        return replace(self, artifacts=artifacts, recommender=recommender, earlier_tracks=self.artifacts.track_ids)


@dataclass(slots=True)
class Live:
    """The state of now: a request takes it once and keeps it; it is replaced as a whole between two requests."""

    state: State
    refused: str = ""  # why the version that should be served is not; empty: it is
    loaded: int = 0  # versions that replaced another one
    refusals: int = 0


@asynccontextmanager
async def build_state(settings: Settings, metrics: Metrics, around: Around = untraced) -> AsyncIterator[Live]:
    """Open everything, yield the state, close everything, also where opening failed half-way.

    Raises:
        ConfigurationError: A setting cannot be used.
        ArtifactError: The artifacts are missing or damaged.
    """
    async with AsyncExitStack() as stack:
        yield await _opened(settings, metrics, around, stack)


async def _opened(settings: Settings, metrics: Metrics, around: Around, stack: AsyncExitStack) -> Live:
    router = build_router(settings)
    artifacts, refused = load_servable(settings.artifacts)
    store = await open_store(settings, stack)
    event_log = await stack.enter_async_context(EventLog(settings.event_log))
    recommender = Recommender(settings, artifacts, router, store, event_log, metrics.answers, around)
    judge = Judge(settings.event_log.path)
    rates = settings.rates
    user_rate = RateLimit(rates.user_per_s, rates.user_burst, rates.users) if rates.user_per_s else None
    state = State(settings, artifacts, router, store, event_log, recommender, judge, user_rate=user_rate)
    return Live(state, refused)
