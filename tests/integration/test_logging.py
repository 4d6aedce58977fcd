"""What the service says of itself, and under which name."""

from __future__ import annotations

import json
from pathlib import Path

from app.access.keys import hash_of
from tests.integration.test_faults import until
from tests.service import Service
from tests.worlds import World

KEY = "segue_" + "k" * 43
PASSWORD = "s3cr3t-of-the-store"  # noqa: S105 - made up


def test_one_name_leads_through(tmp_path: Path, world: World) -> None:
    """Header, event and JSON line of an answer have the same name: the client's own, or one that Segue gave."""
    wanted = {"SEGUE_LOGGING__FORMAT": "json", "SEGUE_LOGGING__LEVEL": "info"}
    with Service(tmp_path, world.folder, SEGUE_SERVER__WORKERS="2", **wanted) as service:
        body = {"track": world.tracks[0], "time": 1}
        given = service.http.post("/next/1", json=body).headers["x-request-id"]
        own = service.http.post("/last/1", json=body, headers={"x-request-id": "mine"}).headers["x-request-id"]
        assert own == "mine"
        for answer in (
            service.http.get("/no/such/call"),
            service.http.post("/next/1", json=body, headers={"x-request-id": "two words"}),
            service.http.get("/experiments"),
        ):
            assert len(answer.headers["x-request-id"]) == 20
        assert [event["request"] for event in service.events()] == [given, own]
        until(lambda: '"call": "experiments"' in service.stderr)
        lines = [json.loads(line) for line in service.stderr.splitlines()]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    told = {line["request"]: line for line in lines if line["logger"] == "app.measured"}
    assert (told[given]["call"], told[given]["status"]) == ("next_track", 200)
    assert 0 < told[given]["seconds"] < 10
    assert told[own]["call"] == "last_track"
    assert [line["status"] for line in told.values() if line["call"] == "other"] == [404]


def test_no_secret_is_logged(tmp_path: Path, world: World) -> None:
    """Neither a key, known or not, nor the store's password is said, whatever fails and however much is logged."""
    keys = [{"name": "player", "scopes": ["recommend"], "sha256": hash_of(KEY.encode())}]
    with Service(
        tmp_path,
        world.folder,
        SEGUE_LOGGING__LEVEL="debug",
        SEGUE_SECURITY__KEYS=json.dumps(keys),
        SEGUE_REDIS__URL=f"redis://segue:{PASSWORD}@127.0.0.1:1/0",
    ) as service:
        for key in (KEY, "wrong-" + KEY):
            service.http.post("/next/1", json={"track": world.tracks[0], "time": 1}, headers={"x-api-key": key})
        until(lambda: "next_track answered 200" in service.stderr and "other answered 401" in service.stderr)
        assert "session store" in service.stderr
    assert KEY not in service.stderr
    assert PASSWORD not in service.stderr
