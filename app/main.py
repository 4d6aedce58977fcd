"""The application: everything is built in the lifespan, nothing at import."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.types import ASGIApp

from app.access.document import complete_document
from app.access.gate import Gate
from app.access.keys import Keyring
from app.access.origins import allow_origins
from app.access.pages import PageHeaders
from app.access.rates import RateLimit
from app.api import admin, catalogue, desk, docs, health, introspect, metrics, player, recommend, sessions
from app.background import running
from app.errors import install_error_handlers
from app.hot import HotPath
from app.measured import Measured
from app.metrics import Metrics
from app.publishing import publish_each_second
from app.reload import Reloader
from app.settings import Settings, load_settings
from app.short_way import ShortWay
from app.signals import on_hangup
from app.state import build_state
from app.steps import open_tracing, untraced

DESCRIPTION = """
Segue answers one question while a listener is in session: **which track next?**

A player reports what was just heard and how much of it; Segue answers with the next track. Start with
`POST /next/{user}`: press *Try it out*, then *Execute*. Add `?explain=true` to see how the answer came about.

Every error is an `application/problem+json` document whose `detail` says what to do.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the ASGI application.

    Args:
        settings: As loaded; None loads them from settings.toml and the environment.
    """
    chosen = settings if settings is not None else load_settings()

    counted = Metrics()
    tracing = open_tracing(chosen.tracing)
    around = tracing.around if tracing else untraced

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, object]]:
        async with AsyncExitStack() as stack:
            if tracing:
                stack.push_async_callback(asyncio.to_thread, tracing.shutdown)
            live = await stack.enter_async_context(build_state(chosen, counted, around))
            await stack.enter_async_context(running(publish_each_second(counted, live)))
            reloader = Reloader(live, counted)
            await stack.enter_async_context(running(reloader.watch()))
            await stack.enter_async_context(on_hangup(reloader.begin))
            gc.freeze()  # what stands now stands to the end: to look through it again and again is a tenth of an answer
            yield {"segue": live, "metrics": counted, "reloader": reloader, "short_way": short_way}

    app = FastAPIOffline(
        title="Segue",
        summary="Next-track recommendations",
        description=DESCRIPTION,
        version=health.VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        static_url=docs.ASSETS,
        # Segue counts for itself; looking up whether anybody traces is a twentieth of a request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    page = docs.docs_page()
    app.router.routes.append(docs.docs_route(page))
    audiences = (recommend, catalogue, sessions, introspect, desk, health, metrics, admin)
    for audience in audiences:
        app.include_router(audience.router)
    install_error_handlers(app, [route for audience in audiences for route in audience.router.routes])
    app.router.routes.append(player.player_mount())
    complete_document(app, guarded=bool(chosen.security.keys), max_queue=chosen.server.max_queue)
    # Around the framework's own layers and not within them: they are not paid for every song. From within to without:
    stack: ASGIApp = HotPath(app.build_middleware_stack())
    gate, rates = None, chosen.rates
    if chosen.security.keys:
        rate = RateLimit(rates.key_per_s, rates.key_burst, len(chosen.security.keys)) if rates.key_per_s else None
        stack = gate = Gate(stack, Keyring(chosen.security.keys), rate)
    stack = PageHeaders(stack, page)
    if chosen.security.allowed_origins:  # before the gate: a browser asks whether it may call without a key
        stack = allow_origins(stack, chosen.security.allowed_origins)
    if tracing:
        stack = tracing.middleware(stack)
    measured = app.middleware_stack = Measured(stack, counted)
    closed = tracing or chosen.security.allowed_origins or rates.key_per_s or rates.user_per_s
    short_way = None if closed else ShortWay(measured, gate)
    return app
