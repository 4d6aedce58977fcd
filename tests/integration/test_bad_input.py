"""Bad input: each is told what to do, and changes nothing."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from tests.service import Service, quoted
from tests.worlds import World

USER = 555
GOOD = b'{"track": 100, "time": 0.5}'


def body(track: str = "100", time: str = "0.5") -> bytes:
    """Return a body in which the values stand as given, be they JSON or not."""
    return f'{{"track": {track}, "time": {time}}}'.encode()


BODIES = [
    ("unknown track", body(track="101"), 404, "101"),
    ("huge track", body(track="1" * 40), 404, "1111"),
    ("time below 0", body(time="-0.1"), 422, "time must be a number from 0 to 1"),
    ("time above 1", body(time="1.5"), 422, "time must be a number from 0 to 1"),
    ("time NaN", body(time="NaN"), 422, "time must be a number from 0 to 1"),
    ("time Infinity", body(time="Infinity"), 422, "time must be a number from 0 to 1"),
    ("time -Infinity", body(time="-Infinity"), 422, "time must be a number from 0 to 1"),
    ("time 1e999", body(time="1e999"), 422, "time must be a number from 0 to 1"),
    ("time is text", body(time='"half"'), 422, "time must be a number from 0 to 1"),
    ("time is true", body(time="true"), 422, "time must be a number from 0 to 1"),
    ("time is null", body(time="null"), 422, "time must be a number from 0 to 1"),
    ("time missing", b'{"track": 100}', 422, "time is missing"),
    ("track missing", b'{"time": 0.5}', 422, "track is missing"),
    ("track is text", body(track='"100"'), 422, "track"),
    ("track is a fraction", body(track="100.5"), 422, "track"),
    ("not JSON", b"track=100&time=0.5", 422, "not JSON"),
    ("not UTF-8", b'{"track": "\xff"}', 422, "not JSON"),
    ("cut off", GOOD[:-1], 422, "not JSON"),
    ("not an object", b"[100, 0.5]", 422, "must be an object"),
    ("null", b"null", 422, "must be an object"),
    ("empty", b"", 422, "not JSON"),
    ("over 64 KiB", GOOD + b" " * 65_536, 413, "65536 bytes"),
    ("over 10 MB", GOOD + b" " * 10_000_000, 413, "65536 bytes"),
    ("deeply nested", b"[" * 60_000, 422, "not JSON"),
]
PATHS = [
    ("user of 8,000 digits", "/next/" + "9" * 8000, 422, "user"),
    ("user of 10,000 digits", "/next/" + "9" * 10_000, 414, "8192 bytes"),
    ("user of 8,000 letters", "/next/" + "x" * 8000, 422, "user"),
    ("user with control characters", "/next/%00%0A%1B", 422, "user"),
    ("user beyond 64 bits", f"/next/{2**63}", 422, "user"),
    ("n of 0", f"/next/{USER}?n=0", 422, "n must be a whole number from 1 to 100"),
    ("n of -1", f"/next/{USER}?n=-1", 422, "n must be a whole number from 1 to 100"),
    ("n of 101", f"/next/{USER}?n=101", 422, "n must be a whole number from 1 to 100"),
    ("n of 10,000", f"/next/{USER}?n=10000", 422, "n must be a whole number from 1 to 100"),
    ("n is empty", f"/next/{USER}?n=", 422, "n must be a whole number from 1 to 100"),
    ("n is text", f"/next/{USER}?n=many", 422, "n must be a whole number from 1 to 100"),
    ("explain is text", f"/next/{USER}?explain=perhaps", 422, "explain must be true or false"),
]


@pytest.fixture(scope="module", autouse=True)
def _session(service: Service) -> Iterator[None]:
    """Give the user a session, which must stay as it is."""
    service.next(USER, 105, 0.1)
    before = service.session(USER)
    yield
    assert before is not None
    assert service.session(USER) == before
    service.http.delete(f"/sessions/{USER}")


@pytest.fixture(autouse=True)
def _unchanged(service: Service) -> Iterator[None]:
    """Assert that a test changed neither the session nor the log."""
    before = service.session(USER), len(service.events())
    yield
    assert (service.session(USER), len(service.events())) == before


@pytest.mark.parametrize("call", ["next", "last"])
@pytest.mark.parametrize(("sent", "status", "words"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_bodies(service: Service, call: str, sent: bytes, status: int, words: str) -> None:
    """A body that is no playback is a problem document that says what to send."""
    assert_problem(service, "POST", f"/{call}/{USER}", status, words, sent)


@pytest.mark.parametrize("size", [65_537, 5_000_000])
def test_a_big_body_without_its_length(service: Service, size: int) -> None:
    """A body that comes in chunks, its length untold, is refused at the limit too."""
    response = service.http.post(f"/next/{USER}", content=(b" " * 4096 for _ in range(size // 4096 + 1)))
    assert response.request.headers["transfer-encoding"] == "chunked"
    assert response.status_code == 413
    assert "65536 bytes" in response.json()["detail"]


def test_an_announced_big_body_is_refused_before_it_ends(service: Service) -> None:
    """A client that announces a gigabyte is answered once the limit is passed, not after the gigabyte."""
    with socket.create_connection(("127.0.0.1", service.http.base_url.port or 0), timeout=10) as raw:
        raw.sendall(f"POST /next/{USER} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n".encode())
        raw.sendall(b" " * 70_000)
        assert raw.recv(4096).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(("path", "status", "words"), [row[1:] for row in PATHS], ids=[row[0] for row in PATHS])
def test_paths_and_parameters(service: Service, path: str, status: int, words: str) -> None:
    """A user or a parameter that cannot be meant is a problem document that says what can."""
    assert_problem(service, "POST", path, status, words, GOOD)


@pytest.mark.parametrize("request_id", [b"two words", b"x" * 129, b"\xe9", b""])
def test_request_ids(service: Service, request_id: bytes) -> None:
    """A request id that could not be kept is refused by the header's name."""
    headers = {b"x-request-id": request_id}
    assert_problem(service, "POST", f"/next/{USER}", 422, "X-Request-ID", GOOD, headers)


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/track/101", 404, "101"),
        ("GET", "/track/x", 422, "track id is a whole number"),
        ("GET", "/sessions/556", 404, "556"),
        ("GET", "/sessions/x", 422, "user id is a whole number"),
        ("DELETE", "/sessions/%00", 422, "user id is a whole number"),
        ("GET", "/users/1.5", 422, "user id is a whole number"),
        ("GET", "/next/555", 405, "/docs"),
        ("PUT", "/last/555", 405, "/docs"),
        ("POST", "/sessions/555", 405, "/docs"),
        ("GET", "/nowhere", 404, "/docs"),
    ],
)
def test_other_calls(service: Service, method: str, path: str, status: int, words: str) -> None:
    """Every other call answers what it cannot do with a problem document too."""
    assert_problem(service, method, path, status, words)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/sessions/555", "DELETE, GET"),
        ("/users/555", "DELETE, GET"),
        ("/next/555", "POST"),
        ("/health/live", "GET"),
        ("/docs", "GET, HEAD"),
    ],
)
def test_a_method_that_a_path_has_not(service: Service, path: str, methods: str) -> None:
    """A 405 names every method that the path has, not only those of the first call there."""
    answer = service.http.request("PATCH", path)
    assert (answer.status_code, answer.headers["allow"]) == (405, methods)


@pytest.mark.parametrize("user", ["x" * 257, "x" * 2000, "a\x00b", "a\nb", "\x7f"])
def test_string_users(text_service: Service, text_world: World, user: str) -> None:
    """Where users are texts, one that is too long or holds control characters is refused and has no session."""
    sent = json.dumps({"track": text_world.tracks[0], "time": 1}).encode()
    assert_problem(text_service, "POST", f"/next/{quoted(user)}", 422, "a user id", sent)
    assert_problem(text_service, "POST", "/next/ann", 404, "no such", b'{"track": "no such", "time": 1}')
    assert_problem(text_service, "POST", "/next/ann", 422, "track", b'{"track": 1, "time": 1}')
    assert text_service.session("ann") is None


def assert_problem(
    service: Service,
    method: str,
    path: str,
    status: int,
    words: str,
    content: bytes | None = None,
    headers: dict[bytes, bytes] | None = None,
) -> None:
    """Send a request and assert that its answer is a problem document with these words in a short sentence."""
    response = service.http.request(method, path, content=content, headers=headers)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem.keys() == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    assert words in problem["detail"]
    assert len(problem["detail"]) < 400
