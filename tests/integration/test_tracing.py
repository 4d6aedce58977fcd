"""Traces, received by a collector that speaks OTLP over HTTP."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.settings.models import TracingSettings
from app.steps import open_tracing, untraced
from strategies.errors import ConfigurationError
from tests.service import ROOT, Service
from tests.worlds import World

pytest.importorskip("opentelemetry.exporter.otlp", reason="the extra 'trace' is not installed")

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Collector(ThreadingHTTPServer):
    """Keeps every span that it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.spans: list[Span] = []

    @property
    def url(self) -> str:
        """Where spans are sent."""
        return f"http://127.0.0.1:{self.server_port}/v1/traces"


class Receiver(BaseHTTPRequestHandler):
    """Takes one batch."""

    server: Collector

    def do_POST(self) -> None:
        """Keep the spans."""
        sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                self.server.spans += scope.spans
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector that listens while a test runs."""
    with Collector() as collecting:
        thread = threading.Thread(target=collecting.serve_forever)
        thread.start()
        yield collecting
        collecting.shutdown()
        thread.join()


def attributes(span: Span) -> dict[str, str | int]:
    """Return a span's attributes."""
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_a_request_is_a_span_with_its_steps(tmp_path: Path, world: World, collector: Collector) -> None:
    """The client's trace goes on in a span that knows the request's name, above the store, the decision and the log."""
    wanted = {"SEGUE_TRACING__URL": collector.url, "SEGUE_SERVER__CHAIN": "segue", "SEGUE_TRACING__SHARE": "0"}
    with Service(tmp_path, world.folder, **wanted) as service:
        headers = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
        answer = service.http.post("/next/424242", json={"track": world.tracks[0], "time": 1}, headers=headers)
        service.next(424242, world.tracks[1])  # begins a trace of its own: of the share of none
        assert service.stop() in (0, -15)  # uvicorn ends by the signal that stopped it
        assert service.stderr == ""
    spans = {span.name: span for span in collector.spans}
    assert sorted(span.name for span in collector.spans) == [
        "POST next_track",
        "decision",
        "event log",
        "session store",
    ]
    request = spans["POST next_track"]
    assert {span.trace_id.hex() for span in spans.values()} == {TRACE}
    assert request.parent_span_id.hex() == PARENT
    assert attributes(request) == {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "segue.request": answer.headers["x-request-id"],
    }
    steps = [spans[name] for name in ("session store", "decision", "event log")]
    assert all(step.parent_span_id == request.span_id for step in steps)
    assert request.start_time_unix_nano <= steps[0].start_time_unix_nano
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        assert step.start_time_unix_nano <= step.end_time_unix_nano <= request.end_time_unix_nano
        assert following is None or step.end_time_unix_nano <= following.start_time_unix_nano
    assert attributes(spans["decision"]) == {"segue.chain": "segue", "segue.strategy": "sticky_artist"}


def test_no_answer_waits_for_an_absent_collector(tmp_path: Path, world: World) -> None:
    """Where nobody takes the spans, requests are answered and the service stops in good order."""
    with Service(tmp_path, world.folder, SEGUE_TRACING__URL="http://127.0.0.1:1/v1/traces") as service:
        assert service.next(1, world.tracks[0])["user"] == 1
        assert service.stop() in (0, -15)  # uvicorn ends by the signal that stopped it


def test_what_is_not_asked_for_is_not_there() -> None:
    """Without a URL no step is wrapped, and neither the module that traces nor an exporter is imported."""
    assert open_tracing(TracingSettings()) is None
    assert untraced("a step", len) is len
    code = (
        "import sys; from app.main import create_app; from app.settings import Settings; create_app(Settings()); "
        "sys.exit(any(name == 'app.tracing' or name.startswith('opentelemetry.exporter') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60).returncode == 0


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, a URL stops the start with what to install."""
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    monkeypatch.delitem(sys.modules, "app.tracing", raising=False)
    with pytest.raises(ConfigurationError, match="'make setup' installs it"):
        open_tracing(TracingSettings(url="http://127.0.0.1:4318/v1/traces"))
