"""What Prometheus is told, over one worker and over several."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.test_faults import until, wrote
from tests.service import Service
from tests.worlds import World


def samples(service: Service) -> dict[str, dict[tuple[str, ...], float]]:
    """Return every sample by name and label values; a fresh connection may meet any worker."""
    answer = httpx.get(f"{service.http.base_url}/metrics", timeout=10)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


@pytest.mark.parametrize("workers", ["1", "2"])
def test_every_answer_of_every_worker_is_counted(tmp_path: Path, world: World, workers: str) -> None:
    """The counts are those of all workers, by endpoint and status, and no label holds an id."""
    with Service(tmp_path, world.folder, SEGUE_SERVER__WORKERS=workers) as service:
        until(lambda: samples(service)["segue_workers"][()] == int(workers))
        requests = 0
        while requests < 40 or len(wrote(tmp_path)) < int(workers):
            with httpx.Client(base_url=service.http.base_url, timeout=10) as http:  # a connection, perhaps a worker
                assert http.post("/next/424242", json={"track": world.tracks[0], "time": 1}).status_code == 200
            requests += 1
        for _ in range(3):
            assert service.http.post("/next/424242", json={"track": 999_999, "time": 1}).status_code == 404
        service.last(424242, world.tracks[0])
        assert service.http.get("/no/such/424242").status_code == 404
        until(lambda: samples(service)["segue_requests_total"].get(("next_track", "200")) == requests)
        until(lambda: samples(service)["segue_requests_total"].get(("other", "404")) == 1)  # of one worker, its last
        found = samples(service)
        counted = found["segue_requests_total"]
        assert counted["next_track", "200"] == requests
        assert counted["next_track", "404"] == 3
        assert counted["last_track", "200"] == 1
        assert counted["other", "404"] == 1
        assert found["segue_request_seconds_count"]["next_track",] == requests + 3
        assert not any("424242" in value for labels in found.values() for values in labels for value in values)
        assert found["segue_artifacts_workers"] == {(world.folder.name,): int(workers)}
        assert found["segue_artifacts_made_timestamp_seconds"][()] > 1_700_000_000
        for name in ("store_open_circuits", "degraded_sessions", "event_log_waiting_events"):
            assert found[f"segue_{name}"] == {(): 0}
        for name in ("store_errors", "store_openings", "event_log_lost_events", "event_log_sync_failures"):
            assert found[f"segue_{name}_total"] == {(): 0}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_answers_are_counted_by_chain_and_strategy(tmp_path: Path, world: World, workers: str) -> None:
    """Five skips in a row bring one penalty and one fallback; a last playback is heard, but answered with no track."""
    with Service(tmp_path, world.folder, SEGUE_SERVER__WORKERS=workers, SEGUE_SERVER__CHAIN="segue") as service:
        for time in (1, 0.2, 0, 0.1, 0.15, 0.05):
            with httpx.Client(base_url=service.http.base_url, timeout=10) as http:  # a connection, perhaps a worker
                assert http.post("/next/424242", json={"track": world.tracks[0], "time": time}).status_code == 200
        service.last(424242, world.tracks[0], 0.55)
        until(
            lambda: samples(service).get("segue_fraction_listened_count") == {("segue",): 7}
        )  # of each worker, a second ago
        found = samples(service)
        assert found["segue_skips_total"] == {("segue",): 5}
        assert found["segue_penalties_total"] == {("segue",): 1}
        assert found["segue_fallbacks_total"] == {("segue",): 1}
        assert found["segue_answers_total"]["segue", "contextual_fallback"] == 1
        assert sum(found["segue_answers_total"].values()) == found["segue_decision_seconds_count"]["segue",] == 6
        assert found["segue_fraction_listened_count"] == {("segue",): 7}
        assert found["segue_fraction_listened_sum"]["segue",] == pytest.approx(1 + 0.2 + 0.1 + 0.15 + 0.05 + 0.55)
        assert found["segue_fraction_listened_bucket"]["segue", "0.2"] == 5
        assert not any("424242" in value for labels in found.values() for values in labels for value in values)


def test_an_absent_store_is_counted(tmp_path: Path, world: World) -> None:
    """Errors of the store, the open circuit and the sessions that only memory holds are told."""
    with Service(tmp_path, world.folder, SEGUE_REDIS__URL="redis://127.0.0.1:1/0") as service:
        for user in (1, 2):
            service.next(user, world.tracks[0])
        found = samples(service)
        assert found["segue_store_errors_total"][()] >= 1
        assert found["segue_store_openings_total"] == {(): 1}
        assert found["segue_store_open_circuits"] == {(): 1}
        assert found["segue_degraded_sessions"] == {(): 2}


def test_a_killed_workers_counts_stay_and_its_levels_go(tmp_path: Path, world: World) -> None:
    """What a worker counted outlives it; what it was at is no more."""
    with Service(tmp_path, world.folder, SEGUE_SERVER__WORKERS="2") as service:
        until(lambda: samples(service)["segue_workers"][()] == 2)
        service.next(1, world.tracks[0])
        until(lambda: samples(service)["segue_requests_total"].get(("next_track", "200")) == 1)
        (killed,) = wrote(tmp_path)
        os.kill(int(killed), signal.SIGKILL)
        until(lambda: len(list((tmp_path / "log").iterdir())) == 3)  # another one has started
        until(lambda: samples(service)["segue_workers"][()] == 2)
        assert samples(service)["segue_requests_total"]["next_track", "200"] == 1
