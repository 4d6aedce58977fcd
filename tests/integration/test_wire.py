"""What is no proper request, by raw sockets: each is refused in a sentence or hung up on, and costs nothing."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse

import pytest

from tests.service import Service
from tests.worlds import World

MAX_PATH, MAX_HEADERS, MAX_BODY = 300, 400, 200_000
SLOW_S = 1.0
BODY = b'{"track": 100, "time": 0.5}'


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Service]:
    """A service with small limits, but for bodies."""
    limits = {
        "SEGUE_SERVER__MAX_PATH_BYTES": str(MAX_PATH),
        "SEGUE_SERVER__MAX_HEADER_BYTES": str(MAX_HEADERS),
        "SEGUE_SERVER__MAX_BODY_BYTES": str(MAX_BODY),
        "SEGUE_SERVER__REQUEST_TIMEOUT_S": str(SLOW_S),
    }
    with Service(tmp_path_factory.mktemp("narrow"), world.folder, **limits) as running:
        yield running


@contextmanager
def connected(service: Service) -> Iterator[socket.socket]:
    """Connect to a service."""
    with socket.create_connection(("127.0.0.1", service.http.base_url.port or 0), timeout=10) as raw:
        yield raw


def status(raw: socket.socket) -> int:
    """Return the status of the next answer, which is read to its end."""
    answer = HTTPResponse(raw)
    answer.begin()
    answer.read()
    return answer.status


def everything(raw: socket.socket) -> bytes:
    """Return all that is answered until the other side hangs up."""
    received = b""
    while piece := raw.recv(65_536):
        received += piece
    return received


def assert_refused(answer: bytes, refused_with: int, words: str) -> None:
    """Assert that an answer is a problem document, and the connection's last."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {refused_with} ".encode()), answer
    assert b"content-type: application/problem+json" in head
    assert b"connection: close" in head
    problem = json.loads(body)
    assert problem["status"] == refused_with
    assert words in problem["detail"]


def get(path: str, *headers: str) -> bytes:
    """Return a request's bytes."""
    return "\r\n".join([f"GET {path} HTTP/1.1", *headers, "", ""]).encode()


def padded(bytes_: int) -> list[str]:
    """Return headers of so many bytes in names and values."""
    headers = [f"a{number}: {'x' * 48}" for number in range(bytes_ // 50)]
    return [*headers, f"b: {'x' * (bytes_ % 50 - 1)}"] if bytes_ % 50 else headers


def test_a_path_and_headers_at_the_limit_are_taken(narrow: Service) -> None:
    """The last byte within the limits is no reason to refuse."""
    path = "/search?q=".ljust(MAX_PATH, "x")
    with connected(narrow) as raw:
        raw.sendall(get(path[:150], *padded(MAX_HEADERS)))
        assert status(raw) == 200
        raw.sendall(get(path))
        assert status(raw) == 422  # q is too long, which the path is not


@pytest.mark.parametrize(
    ("sent", "refused_with", "words"),
    [
        (get("/search?q=".ljust(MAX_PATH + 1, "x")), 414, f"longer than {MAX_PATH} bytes"),
        (get("/" + "x" * 1_000_000), 414, f"longer than {MAX_PATH} bytes"),
        (get("/", *padded(MAX_HEADERS + 1)), 431, f"longer than {MAX_HEADERS} bytes"),
        (get("/", "a: " + "x" * 1_000_000), 431, f"longer than {MAX_HEADERS} bytes"),
        (get("/", *padded(1_000_000)), 431, f"longer than {MAX_HEADERS} bytes"),
        (b"hello there\r\n\r\n", 400, "no request of HTTP/1.1"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, "no request of HTTP/1.1"),  # TLS
        (b"POST /next/7 HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400, "no request of HTTP/1.1"),
        (b"CONNECT segue:80 HTTP/1.1\r\n\r\n", 400, "no request of HTTP/1.1"),
        (b"POST /next/7 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400, "no request of HTTP/1.1"),
        (b"POST /next/7?n=1 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400, "no request of HTTP/1.1"),
    ],
    ids=[
        *("path", "huge path", "headers", "huge header", "many headers"),
        *("no HTTP", "TLS", "length", "tunnel", "chunk", "chunk on the long way"),
    ],
)
def test_too_much_is_refused(narrow: Service, sent: bytes, refused_with: int, words: str) -> None:
    """A path or headers beyond the limit, or what is no HTTP, is told so, and the connection ends."""
    with connected(narrow) as raw:
        raw.sendall(sent)
        assert_refused(everything(raw), refused_with, words)
    assert "Traceback" not in narrow.stderr
    assert narrow.http.get("/health/live").status_code == 200


@pytest.mark.parametrize("piece", [b"x" * 100, b"a: b\r\n" * 10])
def test_an_endless_head_is_cut_off(narrow: Service, piece: bytes) -> None:
    """Headers that come in pieces and never end are refused at the limit, not kept."""
    with connected(narrow) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\na: ")
        for _ in range(20):
            raw.sendall(piece)
            time.sleep(0.001)  # each a piece of its own
        assert_refused(everything(raw), 431, f"longer than {MAX_HEADERS} bytes")


CHUNKED = b"POST %b HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n"


@pytest.mark.parametrize("path", [b"/next/70", b"/next/70?n=1"])
@pytest.mark.parametrize("piece", [b"x" * 100, b"a: b\r\n" * 10])
def test_an_endless_tail_is_cut_off(narrow: Service, path: bytes, piece: bytes) -> None:
    """Headers behind a body that never end are refused as those before it."""
    with connected(narrow) as raw:
        raw.sendall(CHUNKED % (path, len(BODY), BODY) + b"a: ")
        for _ in range(20):
            raw.sendall(piece)
            time.sleep(0.001)  # each a piece of its own
        assert_refused(everything(raw), 431, f"longer than {MAX_HEADERS} bytes")


@pytest.mark.parametrize("path", [b"/next/70", b"/next/70?n=1"])
def test_what_stands_behind_a_body_is_no_header(narrow: Service, world: World, path: bytes) -> None:
    """A name behind the body does not name the request: nor would a key there open anything."""
    body = json.dumps({"track": world.tracks[0], "time": 0.5}).encode()
    with connected(narrow) as raw:
        raw.sendall(CHUNKED % (path, len(body), body) + b"x-request-id: behind\r\nconnection: close\r\n\r\n")
        answer = HTTPResponse(raw)
        answer.begin()
        answer.read()
    assert answer.status == 200
    assert answer.headers["x-request-id"] != "behind"


def test_who_stops_before_the_end_of_a_pipeline(narrow: Service, world: World) -> None:
    """However many requests come in one piece before a torn one, they are no part of its head."""
    whole, torn = post("/next/76", world.tracks[0]) * 20, get("/", "connection: close")
    with connected(narrow) as raw:
        raw.sendall(whole + torn[:10])
        time.sleep(0.1)
        raw.sendall(torn[10:])
        assert everything(raw).count(b"HTTP/1.1 200 OK") == 21


@pytest.mark.parametrize("path", ["/next/77", "/next/77?n=1"])
@pytest.mark.parametrize("size", [60_000, 70_000, MAX_BODY])
def test_a_large_body(narrow: Service, world: World, path: str, size: int) -> None:
    """A body up to the limit is taken in, in one piece or in many."""
    body = json.dumps({"track": world.tracks[0], "time": 0.5}).encode().ljust(size)
    sent = f"POST {path} HTTP/1.1\r\ncontent-length: {size}\r\n\r\n".encode() + body
    with connected(narrow) as raw:
        raw.sendall(sent)
        assert status(raw) == 200
        for start in range(0, len(sent), 20_000):
            raw.sendall(sent[start : start + 20_000])
            time.sleep(0.002)
        assert status(raw) == 200


@pytest.mark.parametrize("path", ["/health/live", "/player/", "/next/7"])
def test_a_head_alone(narrow: Service, path: str) -> None:
    """HEAD is answered at once and without a body, and the next answer is that of the next request."""
    with connected(narrow) as raw:
        raw.sendall(get(path).replace(b"GET", b"HEAD"))
        alone = HTTPResponse(raw, method="HEAD")
        alone.begin()
        alone.close()
        assert alone.status in (200, 405)
        raw.sendall(get("/health/live", "connection: close"))
        assert [answer["status"] for answer in answers(everything(raw))] == ["alive"]


def test_a_client_that_would_rather_speak_another_protocol(narrow: Service, world: World) -> None:
    """Who asks for HTTP/2 besides, as Java's client does, or for a WebSocket, is answered in HTTP/1.1."""
    track = world.tracks[0]
    asking = ("connection: Upgrade, HTTP2-Settings", "upgrade: h2c", "http2-settings: AAEAAEAA")
    sent = post("/next/78", track, *asking) + post("/next/78?n=1", track, *asking)
    sent += get("/health/live", "connection: upgrade", "upgrade: websocket")
    with connected(narrow) as raw:
        raw.sendall(sent + post("/next/78", track, "connection: close"))
        assert [answer.get("user") for answer in answers(everything(raw))] == [78, 78, None, 78]
    session = narrow.session(78)
    assert session is not None
    assert session["position"] == 2


@pytest.mark.parametrize("asking", [(), ("connection: Upgrade", "upgrade: h2c")])
def test_what_comes_behind_the_last_request(narrow: Service, world: World, asking: tuple[str, ...]) -> None:
    """Where a client goes on behind a request that was to be the last, those before it are answered all the same."""
    track = world.tracks[0]
    sent = post("/next/80", track, *asking) + post("/next/80", track, "connection: close") + get("/health/live")
    with connected(narrow) as raw:
        raw.sendall(sent)
        assert [answer["user"] for answer in answers(everything(raw))] == [80, 80]


def test_who_leaves_before_the_answers_is_no_error(narrow: Service, world: World) -> None:
    """Of a client that sends several requests and breaks the connection, nothing is said in the log."""
    for path in ("/next/79", "/next/79?n=1"):
        for _ in range(20):
            with connected(narrow) as raw:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # it is reset
                raw.sendall(post(path, world.tracks[0]) * 3)
    assert narrow.http.get("/health/live").status_code == 200
    assert "Traceback" not in narrow.stderr


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\na: b\r\n",
        b"POST /next/7 HTTP/1.1\r\ncontent-length: 27\r\n\r\n" + BODY[:-1],
    ],
    ids=["silent", "in the path", "in the headers", "in the body"],
)
def test_who_never_finishes_is_hung_up_on(narrow: Service, begun: bytes) -> None:
    """A request that is not whole in time ends the connection, and is no error of the service."""
    with connected(narrow) as raw:
        raw.sendall(begun)
        assert everything(raw) == b""
    assert "Traceback" not in narrow.stderr
    assert narrow.session(7) is None


def test_who_hangs_up_in_mid_body_is_no_error(narrow: Service) -> None:
    """A client that leaves before its body is whole changes nothing and is nobody's defect."""
    with connected(narrow) as raw:
        raw.sendall(b"POST /next/7 HTTP/1.1\r\ncontent-length: 27\r\n\r\n" + BODY[:-1])
        time.sleep(0.1)
    assert narrow.http.get("/health/live").status_code == 200
    assert "Traceback" not in narrow.stderr
    assert narrow.session(7) is None


def test_a_slow_listener_keeps_the_connection(narrow: Service) -> None:
    """Between two requests the time to send one does not run: a connection goes on after it."""
    with connected(narrow) as raw:
        for _ in range(2):
            raw.sendall(get("/health/live"))
            assert status(raw) == 200
            time.sleep(1.2 * SLOW_S)


def post(path: str, track: int, *headers: str) -> bytes:
    """Return a playback's bytes."""
    body = json.dumps({"track": track, "time": 0.5}).encode()
    return "\r\n".join([f"POST {path} HTTP/1.1", f"content-length: {len(body)}", *headers, "", ""]).encode() + body


def answers(received: bytes) -> list[dict[str, object]]:
    """Return the bodies of some answers, in their order."""
    heads_and_bodies = [piece.partition(b"\r\n\r\n") for piece in received.split(b"HTTP/1.1 ")[1:]]
    return [json.loads(body) for _, _, body in heads_and_bodies]


def test_calls_that_do_not_wait_for_their_answers(narrow: Service, world: World) -> None:
    """Of three playbacks in one piece each is recorded and answered in its order, also between other requests."""
    track = world.tracks[0]
    sent = post("/next/71", track) + get("/health/live") + post("/next/71", track) + post("/last/72", track)
    with connected(narrow) as raw:
        raw.sendall(sent + get("/", "connection: close"))
        first, live, second, last, _ = answers(everything(raw))
    assert [answer.get("user") for answer in (first, live, second, last)] == [71, None, 71, 72]
    session = narrow.session(71)
    assert session is not None
    assert session["position"] == 1
    assert narrow.session(72) is None


def test_a_call_that_comes_in_pieces(narrow: Service, world: World) -> None:
    """Wherever a call is cut, in its path, headers or body, its playback counts once."""
    sent = post("/next/73", world.tracks[0])
    with connected(narrow) as raw:
        for start in range(0, len(sent), 9):
            raw.sendall(sent[start : start + 9])
            time.sleep(0.002)
        assert status(raw) == 200
    session = narrow.session(73)
    assert session is not None
    assert session["position"] == 0


@pytest.mark.parametrize("header", ["connection: close", "expect: 100-continue", "x-other: 1"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_what_a_client_may_ask_besides(narrow: Service, world: World, version: str, header: str) -> None:
    """Whatever the version, and whatever else a client asks of the connection, its call is answered."""
    sent = post("/next/74", world.tracks[0], header).replace(b"HTTP/1.1", f"HTTP/{version}".encode())
    with connected(narrow) as raw:
        raw.sendall(sent)
        if header.startswith("expect") and version == "1.1":
            assert raw.recv(25, socket.MSG_WAITALL) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert status(raw) == 200


def test_an_escaped_user_is_the_same(narrow: Service, world: World) -> None:
    """A path may spell a character by its number."""
    with connected(narrow) as raw:
        for path in ("/next/75", "/next/%37%35"):
            raw.sendall(post(path, world.tracks[0]))
            assert status(raw) == 200
    session = narrow.session(75)
    assert session is not None
    assert session["position"] == 1


def test_two_requests_in_one_piece(narrow: Service) -> None:
    """The limits are those of each request, not of what comes together."""
    with connected(narrow) as raw:
        raw.sendall(get("/health/live", *padded(MAX_HEADERS)) * 2 + get("/", "connection: close"))
        assert everything(raw).count(b"HTTP/1.1 200 OK") == 3
