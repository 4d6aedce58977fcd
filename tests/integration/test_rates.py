"""Rate limits over HTTP, against the real service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.access.keys import hash_of, new_key
from tests.service import Service
from tests.worlds import World

# Slow enough that no bucket fills by a call while the test runs.
NEVER_PER_S = "0.001"
WAIT_S = range(900, 1001)
KEYS = {name: new_key() for name in ("player", "other")}


@pytest.fixture
def limited(tmp_path: Path, world: World) -> Iterator[Service]:
    """A service that takes three calls about each user, and eight of each key."""
    keys = [
        {"name": name, "scopes": ["recommend", "read"], "sha256": hash_of(key.encode())} for name, key in KEYS.items()
    ]
    limits = {
        "SEGUE_SECURITY__KEYS": json.dumps(keys),
        "SEGUE_RATES__KEY_PER_S": NEVER_PER_S,
        "SEGUE_RATES__KEY_BURST": "8",
        "SEGUE_RATES__USER_PER_S": NEVER_PER_S,
        "SEGUE_RATES__USER_BURST": "3",
    }
    with Service(tmp_path, world.folder, **limits) as running:
        yield running


def play(service: Service, user: str, key: str) -> httpx.Response:
    """Report a playback with a key."""
    return service.http.post(f"/next/{user}", json={"track": 100, "time": 1}, headers={"X-API-Key": KEYS[key]})


def assert_refused(answer: httpx.Response, who: str) -> None:
    """Assert that an answer says who calls too often, and when to come again."""
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    wait_s = int(answer.headers["retry-after"])
    assert wait_s in WAIT_S
    assert answer.json()["detail"] == f"{who} calls too often; try again in {wait_s} s"


def test_each_user_and_each_key_has_a_limit(limited: Service) -> None:
    """The fourth call about a user and the ninth of a key are refused; other users and keys go on."""
    # However a user is spelt: 7 and 007 are one.
    assert [play(limited, user, "player").status_code for user in ("7", "007", "7")] == [200] * 3
    assert_refused(play(limited, "7", "player"), "user 7")
    assert_refused(limited.http.get("/sessions/7", headers={"X-API-Key": KEYS["other"]}), "user 7")
    assert [play(limited, "8", "player").status_code for _ in range(3)] == [200] * 3
    # So far seven calls of this key: what a user was refused counts, too.
    assert limited.http.get("/track/100", headers={"X-API-Key": KEYS["player"]}).status_code == 200
    assert_refused(play(limited, "9", "player"), "the key 'player'")
    assert play(limited, "9", "other").status_code == 200
    # What needs no key goes on, and nothing that was refused left a trace.
    assert limited.http.get("/health/live").status_code == 200
    assert [event["user"] for event in limited.events()] == [7, 7, 7, 8, 8, 8, 9]


def test_without_limits_nobody_waits(service: Service) -> None:
    """As it is set by default, a user may be called about as often as the service can answer."""
    assert all(service.http.get("/users/4141").status_code == 200 for _ in range(100))


def test_the_docs_name_the_refusal(service: Service, limited: Service) -> None:
    """Every call about a user documents a 429; where there are keys, every call that needs one does."""
    paths = service.http.get("/openapi.json").json()["paths"]
    assert {path for path, calls in paths.items() for call in calls.values() if "429" in call["responses"]} == {
        path for path in paths if "{user" in path
    }
    paths = limited.http.get("/openapi.json").json()["paths"]
    assert "429" in paths["/strategies"]["get"]["responses"]
    assert "429" not in paths["/health/live"]["get"]["responses"]
