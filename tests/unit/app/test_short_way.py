"""The short way of a hot call, between a connection and a store that the test holds in its hands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.access.gate import Gate
from app.access.keys import Keyring, hash_of
from app.errors import InvalidRequest, SegueError, Unauthorised, UnknownTrack
from app.measured import DEFECT, Measured
from app.metrics import Metrics
from app.sessions.store import Report
from app.settings.models import ApiKey
from app.short_way import PATH, ShortCall, ShortWay
from preprocessing.artifacts import IntegerIds
from strategies.session import Playback, Session, UserId

SESSION = Session("s-1", 1000, 10, [10], [0.5], position=0, penalty=0, penalised=False)
BODY = b'{"track": 10, "time": 0.5}'


class CountingMeasured(Measured):
    """Names all calls, and keeps the status of each."""

    def __init__(self, counted: list[int]) -> None:
        super().__init__(None, Metrics())  # type: ignore[arg-type]  # no other call comes
        self._counted = counted

    def count(self, endpoint: object, status: int, started_s: float) -> None:  # noqa: ARG002 - as of all calls
        """Keep a status."""
        self._counted.append(status)


class Scene:
    """A connection that keeps the answers, a store that records when it is told to, a recommender, a counter."""

    def __init__(self, *, gate: Gate | None = None) -> None:
        self.answers: list[tuple[bytes, bytes]] = []
        self.waiting: list[tuple[UserId, Report, Callable[[Session | Exception], None]]] = []
        self.logged: asyncio.Future[None] | None = None
        self.defect: Exception | None = None
        self.counted: list[int] = []
        self.way = ShortWay(CountingMeasured(self.counted), gate)
        manifest = SimpleNamespace(track_id_type="integer", user_id_type="integer")
        self.state: Any = SimpleNamespace(
            artifacts=SimpleNamespace(manifest=manifest, track_ids=IntegerIds(np.arange(10, 20))),
            earlier_tracks=None,
            admit=int,
            store=SimpleNamespace(record_soon=lambda *call: self.waiting.append(call)),
            recommender=self,
        )

    def reply(self, call: ShortCall, status_line: bytes, rest: bytes) -> None:  # noqa: ARG002 - all are one's
        """Keep an answer."""
        self.answers.append((status_line, rest))

    def answer(self, *_: object) -> tuple[SimpleNamespace, asyncio.Future[None] | None]:
        """Recommend track 11, or fail."""
        if self.defect:
            raise self.defect
        return SimpleNamespace(tracks=[11]), self.logged

    def end(self, *_: object) -> None:
        """End a session."""

    def begin(self, path: bytes = b"/next/7", body: bytes = BODY, **headers: str) -> None:
        """Begin a call."""
        found = PATH.fullmatch(path)
        assert found is not None
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        call = ShortCall(self, found, named)
        call.body += body
        self.way.begin(call, self.state)


def test_a_call_is_answered_when_it_is_recorded() -> None:
    """Until the store has the playback nothing is answered; then the track is, under the request's name."""
    scene = Scene()
    scene.begin(x_request_id="mine")
    ((user, report, done),) = scene.waiting
    assert (user, report.playback, report.request, report.last) == (7, Playback(10, 0.5), "mine", False)
    assert scene.answers == []
    done(SESSION)
    ((status_line, rest),) = scene.answers
    head, body = rest.split(b"\r\n\r\n")
    assert status_line == b"HTTP/1.1 200 OK\r\n"
    assert json.loads(body) == {"user": 7, "track": 11}
    assert b"content-length: %d\r\n" % len(body) in head
    assert head.endswith(b"x-request-id: mine")
    assert scene.counted == [200]


def test_a_last_playback() -> None:
    """`last` ends the session and answers with the user alone; a call without a name is given one."""
    scene = Scene()
    scene.begin(b"/last/7")
    ((_, report, done),) = scene.waiting
    assert report.last
    assert report.request
    done(SESSION)
    assert scene.answers[0][1].endswith(b'\r\n\r\n{"user":7}')


def test_an_answer_waits_for_the_disk_where_it_must() -> None:
    """Where the log says that an answer may not leave yet, it leaves when the log lets it go."""
    scene = Scene()
    loop = asyncio.new_event_loop()
    scene.logged = loop.create_future()
    scene.begin()
    scene.waiting[0][2](SESSION)
    assert scene.answers == []
    scene.logged.set_result(None)
    loop.run_until_complete(asyncio.sleep(0))
    assert len(scene.answers) == 1
    loop.close()


@pytest.mark.parametrize("in_the_store", [True, False])
def test_a_defect_is_answered_as_any_other(in_the_store: bool, caplog: pytest.LogCaptureFixture) -> None:
    """What nobody foresaw, in the store or in the decision, is a 500 that says so, and stands in the log once."""
    scene, defect = Scene(), ZeroDivisionError("on purpose")
    scene.defect = None if in_the_store else defect
    scene.begin(x_request_id="mine")
    scene.waiting[0][2](defect if in_the_store else SESSION)
    ((status_line, rest),) = scene.answers
    assert status_line.startswith(b"HTTP/1.1 500 ")
    head, body = rest.split(b"\r\n\r\n")
    assert b"x-request-id: mine\r\n" in head + b"\r\n"
    assert json.loads(body)["detail"] == DEFECT
    assert caplog.text.count("on purpose") == 1
    assert scene.counted == [500]


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"body": b"{}"}, InvalidRequest),
        ({"body": b'{"track": 99, "time": 0.5}'}, UnknownTrack),
        ({"x_request_id": "not mine"}, InvalidRequest),
        ({"path": b"/next/nobody"}, ValueError),
    ],
)
def test_a_call_that_cannot_be_read_has_done_nothing(change: dict[str, Any], refused: type[Exception]) -> None:
    """It raises before anything is recorded or answered, so that the long way can begin from the start."""
    scene = Scene()
    with pytest.raises(refused):
        scene.begin(**change)
    assert (scene.waiting, scene.answers, scene.counted) == ([], [], [])


def test_the_gate_stands_on_the_short_way_too() -> None:
    """With keys a call needs one; a call with the right one is recorded."""
    key = ApiKey(name="player", scopes=["recommend"], sha256=hash_of(b"secret"))
    scene = Scene(gate=Gate(None, Keyring([key]), None))  # type: ignore[arg-type]  # it hands nothing on
    with pytest.raises(Unauthorised):
        scene.begin()
    with pytest.raises(SegueError):
        scene.begin(x_api_key="guess")
    assert scene.waiting == []
    scene.begin(authorization="Bearer secret")
    assert len(scene.waiting) == 1


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (b"/next/7", (b"next", b"7")),
        (b"/last/a-b_c.d~e", (b"last", b"a-b_c.d~e")),
        (b"/next/a/b", (b"next", b"a/b")),
        (b"/next/", None),
        (b"/next/7?n=5", None),
        (b"/next/%37", None),
        (b"/next/7#8", None),
        (b"/next/\xc3\xa9", None),
        (b"http://host/next/7", None),
        (b"/nextto/7", None),
    ],
)
def test_which_paths_are_short(path: bytes, found: tuple[bytes, bytes] | None) -> None:
    """A path of a hot call that needs no decoding is; one with a query, a fragment or an escape is not."""
    match = PATH.fullmatch(path)
    assert (match and match.groups()) == found
