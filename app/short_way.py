"""The short way of a hot call: from the parsed request to the answer's bytes, with no task, scope or layer of its own.

What a call costs here is paid for every song. So nothing in this file may

- wait for anything: who has to, the session store above all, calls back;
- build what could be built once, or look through what it made itself;
- refuse anything: what cannot be read goes the long way, through uvicorn, the layers and the framework, from its start.

The short way is closed where each call must be traced, counted by key or user, or answered to pages of other sites.
"""

from __future__ import annotations

import asyncio
import re
import time
from functools import partial
from typing import Final, Protocol

from pydantic_core import to_json
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from app.access.gate import Gate
from app.access.pages import ALWAYS
from app.api.recommend import last_track, next_track
from app.hot import JSON
from app.measured import Measured
from app.parse import parse_playback, parse_request_id
from app.recommender import Logged, reported
from app.request_id import HEADER, given_name, resume
from app.sessions.store import Report
from app.state import State
from strategies.session import Session, UserId

# A path of one call that needs no decoding, and no query.
PATH: Final = re.compile(rb"/(next|last)/([!-\"$&->@-~]+)")
ENDPOINTS = {b"next": next_track, b"last": last_track}
HEAD = b"%b: %b\r\ncontent-length: %%d\r\n%b%b: %%b\r\n\r\n" % (
    *JSON,
    b"".join(b"%b: %b\r\n" % header for header in ALWAYS),
    HEADER,
)


class Connection(Protocol):
    """What a call asks of the connection that it came by."""

    def reply(self, call: ShortCall, status_line: bytes, rest: bytes) -> None:
        """Write the answer to a call; the server's own headers stand between the two pieces."""
        ...


class ShortCall:
    """A hot call under way; what uvicorn asks of a cycle it can ask of this.

    Args:
        connection: That it came by.
        path: As PATH found it.
        headers: As they came, names in small letters.
    """

    __slots__ = (
        "body",
        "connection",
        "disconnected",
        "headers",
        "keep_alive",
        "path",
        "response_complete",
        "started_s",
    )

    message_event = asyncio.Event()  # uvicorn sets it; nobody waits for it

    def __init__(self, connection: Connection, path: re.Match[bytes], headers: list[tuple[bytes, bytes]]) -> None:
        self.connection = connection
        self.path = path
        self.headers = headers
        self.body = bytearray()
        self.keep_alive = True
        self.disconnected = self.response_complete = False
        self.started_s = time.perf_counter()


class ShortWay:
    """Answers hot calls.

    Args:
        measured: Names and counts all calls.
        gate: Lets in who has a key; None: everybody may come in.
    """

    def __init__(self, measured: Measured, gate: Gate | None) -> None:
        self._measured = measured
        self._gate = gate

    def begin(self, call: ShortCall, state: State) -> None:
        """Read a whole call, and have it answered as soon as its playback is recorded.

        Raises:
            Exception: It is to go the long way; nothing has been done about it.
        """
        name = parse_request_id(given_name(call.headers))
        playback = parse_playback(bytes(call.body), state.artifacts, state.earlier_tracks)
        kind, user_text = call.path.groups()
        if self._gate is not None:
            self._gate.check("POST", call.path.string.decode("ascii"), call.headers)
        user = state.admit(user_text.decode("ascii"))
        report = reported(playback, name or self._measured.names.new(), last=kind == b"last")
        state.store.record_soon(user, report, partial(self._recorded, call, state, user, report))

    def _recorded(
        self, call: ShortCall, state: State, user: UserId, report: Report, session: Session | Exception
    ) -> None:
        resume(report.request)
        if isinstance(session, Exception):
            self._failed(call, report.request, session)
            return
        logged: Logged
        try:
            if report.last:
                logged = state.recommender.end(user, report, session, call.started_s)
                body = to_json({"user": user})
            else:
                found, logged = state.recommender.answer(user, report, session, call.started_s)
                body = to_json({"user": user, "track": found.tracks[0]})
        except Exception as error:  # noqa: BLE001 - a defect, which is logged and answered as any other
            self._failed(call, report.request, error)
            return
        if logged is None:
            self._answer(call, report.request, body)
        else:
            logged.add_done_callback(lambda _: self._answer(call, report.request, body))

    def _answer(self, call: ShortCall, name: str, body: bytes) -> None:
        call.connection.reply(call, STATUS_LINE[200], HEAD % (len(body), name.encode("ascii")) + body)
        self._measured.count(ENDPOINTS[call.path[1]], 200, call.started_s)

    def _failed(self, call: ShortCall, name: str, error: Exception) -> None:
        response = self._measured.defect("POST", call.path.string.decode("ascii"), error)
        headers = [*response.raw_headers, *ALWAYS, (HEADER, name.encode("ascii"))]
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        call.connection.reply(call, STATUS_LINE[500], b"%b\r\n%b" % (lines, bytes(response.body)))
        self._measured.count(ENDPOINTS[call.path[1]], 500, call.started_s)
