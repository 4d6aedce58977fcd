"""Traces for OpenTelemetry: a span per request, and one for each of its steps; imported only where it is asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, ParamSpec, TypeVar, cast

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace import Span, SpanKind, use_span
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.metrics import call_name
from app.request_id import current
from app.settings.models import TracingSettings
from app.steps import Describe

P = ParamSpec("P")
R = TypeVar("R")
TIMEOUT_S = 2.0  # a collector that is slower loses what it was sent: nothing waits for it, but a stop does


class Tracing:
    """Sends spans to a collector, in batches and in the background.

    Args:
        settings: Whose URL is not empty.
    """

    def __init__(self, settings: TracingSettings) -> None:
        self._provider = TracerProvider(
            sampler=ParentBasedTraceIdRatio(settings.share),
            resource=Resource.create({"service.name": "segue"}),
            shutdown_on_exit=False,  # the lifespan does it
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(settings.url, timeout=TIMEOUT_S)))
        self._tracer = self._provider.get_tracer("segue")

    def around(self, name: str, step: Callable[P, R], describe: Describe | None = None) -> Callable[P, R]:
        """Return a step that is measured by a span; where it answers with an awaitable, until that is done."""

        def measured(*args: P.args, **kwargs: P.kwargs) -> R:
            with self._tracer.start_as_current_span(name, end_on_exit=False) as span:
                result = step(*args, **kwargs)
            if isawaitable(result):
                return cast("R", _awaited(span, result))
            if describe is not None:
                span.set_attributes(describe(result, *args, **kwargs))
            span.end()
            return result

        return measured

    def shutdown(self) -> None:
        """Send what is left, and stop; blocks until then."""
        self._provider.shutdown()

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """Return an application that answers each request within a span, part of the client's trace if it has one."""

        async def traced(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            context = extract({name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]})
            attributes = {"http.request.method": scope["method"], "segue.request": current()}
            with self._tracer.start_as_current_span("request", context, SpanKind.SERVER, attributes) as span:

                def noting(message: Message) -> Awaitable[None]:
                    if message["type"] == "http.response.start":
                        span.set_attribute("http.response.status_code", message["status"])
                        span.update_name(f"{scope['method']} {call_name(scope.get('endpoint'))}")
                    return send(message)

                await app(scope, receive, noting)

        return traced


async def _awaited(span: Span, result: Awaitable[Any]) -> Any:  # noqa: ANN401 - whatever the step answers
    with use_span(span, end_on_exit=True):
        return await result
