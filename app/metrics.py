"""What Prometheus is told: counted by prometheus-client, which adds the workers up through files that they share.

No label holds an id of a user or a track: a series per listener would be a leak and a burden.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from app.answer_metrics import BOUNDS_S, AnswerMetrics
from app.tally import Count, Tally
from preprocessing.artifacts import Manifest

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus-client when it is imported


@contextmanager
def shared_by_workers() -> Iterator[None]:
    """Let the workers that are started in the block add up what they count; one alone has no need of it."""
    with tempfile.TemporaryDirectory(prefix="segue-metrics-") as folder:
        os.environ[SHARED] = folder
        yield


class Metrics:
    """Everything that is counted in this process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter("segue_requests", "Requests answered.", ["endpoint", "status"], registry=registry)
        self._seconds = Histogram(
            "segue_request_seconds", "Time to answer.", ["endpoint"], buckets=BOUNDS_S, registry=registry
        )
        self.answers = AnswerMetrics(registry)
        self._bound: dict[tuple[object, int], tuple[Count, Tally]] = {}
        self._seen: dict[str, float] = {}
        self._counters = {
            name: Counter(f"segue_{name}", what, registry=registry)
            for name, what in {
                "store_errors": "Calls that the session store did not answer as it should.",
                "store_openings": "Times that the circuit to the session store opened.",
                "artifacts_loaded": "Times that a worker went over to another version of the artifacts.",
                "artifacts_refused": "Times that a worker refused to.",
                "event_log_lost_events": "Events that neither the disk nor the memory could take.",
                "event_log_sync_failures": "Times that the disk did not confirm what the event log gave it.",
            }.items()
        }
        self._gauges = {
            name: Gauge(f"segue_{name}", what, multiprocess_mode="livesum", registry=registry)
            for name, what in {
                "workers": "Workers that live.",
                "tasks": "Tasks of the event loop, those of requests under way included.",
                "store_open_circuits": "Workers that do without the session store now.",
                "degraded_sessions": "Sessions whose latest playbacks only a worker's memory holds.",
                "artifacts_refused_now": "Workers that serve another version than they should.",
                "event_log_waiting_events": "Events that wait in memory for the disk.",
            }.items()
        }
        self._serving = Gauge(
            "segue_artifacts_workers",
            "Workers that serve a version of the artifacts.",
            ["version"],
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._made = Gauge(
            "segue_artifacts_made_timestamp_seconds",
            "When the artifacts that are served were made; the oldest of all workers.",
            multiprocess_mode="livemin",
            registry=registry,
        )
        self._version = ""

    def answered(self, endpoint: object, status: int, seconds: float) -> None:
        """Count an answer; its series are looked up once, because this is paid for every song."""
        bound = self._bound.get((endpoint, status))
        if bound is None:
            name = call_name(endpoint)
            bound = Count(self._requests.labels(name, status)), Tally(self._seconds.labels(name), BOUNDS_S)
            self._bound[endpoint, status] = bound
        bound[0].new += 1
        bound[1].observe(seconds)

    def publish(self, totals: Mapping[str, float], levels: Mapping[str, float]) -> None:
        """Take over what others count, totals that only grow and levels, and hand on what was counted here."""
        self.answers.publish()
        for count, seconds in self._bound.values():
            count.publish()
            seconds.publish()
        for name, total in totals.items():
            self._counters[name].inc(total - self._seen.get(name, 0.0))
            self._seen[name] = total
        for name, level in levels.items():
            self._gauges[name].set(level)

    def serve(self, manifest: Manifest) -> None:
        """Note the version of the artifacts that this worker serves from now on."""
        if self._version:
            self._serving.labels(self._version).set(0)
        self._version = manifest.version
        self._serving.labels(manifest.version).set(1)
        self._made.set(datetime.fromisoformat(manifest.created).timestamp())

    def text(self) -> bytes:
        """Return all metrics, of all workers, in Prometheus' text format."""
        shared = os.environ.get(SHARED)
        if shared is None:
            return generate_latest(self._registry)
        for file in Path(shared).glob("gauge_live*.db"):
            if not _lives(int(file.stem.rpartition("_")[2])):
                file.unlink(missing_ok=True)  # the levels of a worker that is gone; what it counted stays
        registry = CollectorRegistry()
        MultiProcessCollector(registry, shared)  # type: ignore[no-untyped-call]  # registers itself; has no types
        return generate_latest(registry)


def call_name(endpoint: object) -> str:
    """Return the name of a call: that of the function that answers it."""
    return getattr(endpoint, "__name__", "other")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # another user's, which took over the number
    return True
