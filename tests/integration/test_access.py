"""Keys and page headers over HTTP, against the real service."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from app.access.keys import hash_of, new_key
from tests.service import Service
from tests.worlds import World

KEYS = {scope: new_key() for scope in ("recommend", "read", "admin")}
BODY = {"track": 100, "time": 0.5}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Service]:
    """A service with one key for each scope."""
    keys = [{"name": scope, "scopes": [scope], "sha256": hash_of(key.encode())} for scope, key in KEYS.items()]
    folder = tmp_path_factory.mktemp("guarded")
    with Service(folder, world.folder, SEGUE_SECURITY__KEYS=json.dumps(keys)) as running:
        yield running


def call(service: Service, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    """Make a call, with a playback where it takes one."""
    return service.http.request(method, path, headers=headers, json=BODY if method == "POST" else None)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/next/7", "recommend"),
        ("POST", "/last/8", "recommend"),
        ("DELETE", "/sessions/8", "recommend"),
        ("GET", "/users/7", "read"),
        ("GET", "/track/100", "read"),
        ("GET", "/strategies", "read"),
        ("GET", "/health/ready", "read"),
        ("GET", "/metrics", "read"),
        ("POST", "/admin/reload", "admin"),
    ],
)
def test_each_call_needs_its_scope(guarded: Service, method: str, path: str, scope: str) -> None:
    """Without a key 401, with a wrong one 401, with another scope's 403, each with what to do; with its own it goes."""
    nobody = call(guarded, method, path, {})
    assert nobody.status_code == 401
    assert nobody.headers["content-type"] == "application/problem+json"
    assert nobody.headers["www-authenticate"].startswith("Bearer")
    assert "Authorization: Bearer KEY" in nobody.json()["detail"]
    assert call(guarded, method, path, {"X-API-Key": new_key()}).status_code == 401
    for held, key in KEYS.items():
        by_header = call(guarded, method, path, {"X-API-Key": key})
        by_bearer = call(guarded, method, path, {"Authorization": f"bearer {key}"})
        if held == scope:
            assert by_header.status_code in (200, 204), by_header.text
            assert by_bearer.status_code in (200, 204)
        else:
            assert by_header.status_code == by_bearer.status_code == 403
            assert f"'{scope}'" in by_header.json()["detail"]


@pytest.mark.parametrize("path", ["/next//7", "//next/7", "/NEXT/7", "/%6eext/7", "/next/7/../8", "/admin/reload/"])
def test_no_spelling_of_a_path_goes_round_the_gate(guarded: Service, path: str) -> None:
    """However a call is spelt, it is refused without a key."""
    assert call(guarded, "POST", path, {}).status_code == 401


def test_a_refused_call_changes_nothing(guarded: Service) -> None:
    """A call without a key starts no session and writes no line."""
    call(guarded, "POST", "/next/4242", {})
    assert call(guarded, "GET", "/sessions/4242", {"X-API-Key": KEYS["read"]}).status_code == 404
    assert all(event["user"] != 4242 for event in guarded.events())


@pytest.mark.parametrize("path", ["/", "/health/live", "/docs", "/openapi.json"])
def test_pages_and_liveness_are_open(guarded: Service, path: str) -> None:
    """A browser and a load balancer ask for these without a key."""
    assert guarded.http.get(path).status_code == 200


def test_the_docs_page_can_be_given_a_key(guarded: Service, service: Service) -> None:
    """The document names both ways to send a key, and each call's errors; without keys it names none."""
    document = guarded.http.get("/openapi.json").json()
    assert document["components"]["securitySchemes"].keys() == {"bearer", "header"}
    reload = document["paths"]["/admin/reload"]["post"]
    assert reload["security"] == [{"bearer": []}, {"header": []}]
    assert {"401", "403"} <= reload["responses"].keys()
    assert "security" not in document["paths"]["/health/live"]["get"]
    assert "securitySchemes" not in service.http.get("/openapi.json").json().get("components", {})


def test_keys_stand_neither_in_the_log_nor_in_what_is_printed(guarded: Service) -> None:
    """Nothing that the service wrote, in its folder or to its error output, holds a key."""
    call(guarded, "POST", "/next/9", {"X-API-Key": KEYS["recommend"]})
    written = b"".join(
        path.read_bytes() for path in Path(guarded.folder).rglob("*") if path.is_file() and not path.is_socket()
    )
    assert b'"user":9' in written
    for key in KEYS.values():
        assert key.encode() not in written


def test_a_page_runs_only_scripts_of_segue(service: Service) -> None:
    """The docs page's policy names its inline script by its hash, and nothing inline besides."""
    page = service.http.get("/docs")
    policy = page.headers["content-security-policy"]
    scripts = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    assert len(scripts) == 1
    assert base64.b64encode(sha256(scripts[0].encode()).digest()).decode() in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" not in service.http.get("/").headers
    assert service.http.get("/").headers["x-content-type-options"] == "nosniff"


def test_no_other_site_may_read_an_answer(service: Service) -> None:
    """Cross-origin reading is off: no answer allows an origin, not even to a preflight."""
    origin = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    for method, path in (("OPTIONS", "/next/7"), ("GET", "/users/7")):
        answer = service.http.request(method, path, headers=origin)
        assert "access-control-allow-origin" not in answer.headers


def test_listed_sites_and_no_others_may_read_answers(tmp_path: Path, world: World) -> None:
    """A listed origin may send a key and read answers, refusals too; any other may not."""
    keys = json.dumps([{"name": "a", "scopes": ["recommend"], "sha256": hash_of(KEYS["recommend"].encode())}])
    listed, other = "https://player.example", "https://player.example.org"
    origins = {"SEGUE_SECURITY__ALLOWED_ORIGINS": json.dumps([listed]), "SEGUE_SECURITY__KEYS": keys}
    wish = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key,content-type"}
    with Service(tmp_path, world.folder, **origins) as running:
        asked = running.http.options("/next/7", headers={"Origin": listed, **wish})
        assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, listed)
        assert "x-api-key" in asked.headers["access-control-allow-headers"].lower()
        assert "access-control-allow-credentials" not in asked.headers
        played = call(running, "POST", "/next/7", {"Origin": listed, "X-API-Key": KEYS["recommend"]})
        assert (played.status_code, played.headers["access-control-allow-origin"]) == (200, listed)
        refused = call(running, "POST", "/next/7", {"Origin": listed})
        assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, listed)
        elsewhere = running.http.options("/next/7", headers={"Origin": other, **wish})
        assert (elsewhere.status_code, "access-control-allow-origin" in elsewhere.headers) == (400, False)
        played = call(running, "POST", "/next/7", {"Origin": other, "X-API-Key": KEYS["recommend"]})
        assert "access-control-allow-origin" not in played.headers
