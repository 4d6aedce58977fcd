"""How an answer leaves: uvicorn's own cycle writes to a transport that keeps each write."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.one_write import OneWrite

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}
HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"


class KeptWrites(asyncio.Transport):
    """A transport that leads nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []

    def write(self, data: Any) -> None:  # noqa: ANN401 - as asyncio's
        """Keep what is written."""
        self.writes.append(bytes(data))

    def close(self) -> None:
        """Keep that it was closed."""
        self.writes.append(b"closed")

    def is_closing(self) -> bool:
        """Say whether it was closed."""
        return b"closed" in self.writes


def writes(app: ASGIApp, *, expects_100: bool = False, method: str = "POST", left: bool = False) -> list[bytes]:
    """Return the writes of an application's answer."""
    transport, logger = KeptWrites(), logging.getLogger("tests.one_write")
    scope: dict[str, Any] = {"type": "http", "method": method}
    if left:
        transport.close()

    async def answer() -> None:
        cycle = RequestResponseCycle(
            scope=scope,  # type: ignore[arg-type]  # all that it looks at
            transport=transport,
            flow=FlowControl(transport),
            logger=logger,
            access_logger=logger,
            access_log=False,
            default_headers=[],
            message_event=asyncio.Event(),
            expect_100_continue=expects_100,
            keep_alive=True,
            on_response=lambda: None,
        )
        cycle.transport = OneWrite(cycle)  # type: ignore[assignment]
        cycle.message_event.set()
        await cycle.run_asgi(app)  # type: ignore[arg-type]

    asyncio.run(answer())
    return transport.writes


def answering(*pieces: bytes, reads: bool = False, fails: bool = False) -> ASGIApp:
    """Return an application that answers in these pieces."""

    async def app(_: Scope, receive: Receive, send: Send) -> None:
        if reads:
            await receive()
        await send(START)
        if fails:
            raise ValueError("on purpose")
        for number, piece in enumerate(pieces, 1):
            await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})

    return app


def test_a_head_goes_with_its_body() -> None:
    """An answer of one piece is one write."""
    assert writes(answering(b"full")) == [HEAD + b"full"]


def test_further_pieces_go_at_once() -> None:
    """Only the first piece of a body has the head before it."""
    assert writes(answering(b"fi", b"rs", b"")) == [HEAD + b"fi", b"rs", b""]


def test_an_invitation_to_send_does_not_wait() -> None:
    """'100 Continue' is written before the head and alone: the client sends no body until it comes."""
    sent = writes(answering(b"full", reads=True), expects_100=True)
    assert sent == [b"HTTP/1.1 100 Continue\r\n\r\n", HEAD + b"full"]


def test_a_head_without_its_body(caplog: pytest.LogCaptureFixture) -> None:
    """Where the body fails the head is written before the connection closes, as without OneWrite."""
    assert writes(answering(fails=True)) == [HEAD, b"closed"]
    assert "on purpose" in caplog.text


def test_a_head_that_no_body_follows() -> None:
    """The answer to HEAD is its head, and that is written at once."""
    assert writes(answering(b"full"), method="HEAD") == [HEAD]


def test_nothing_is_written_to_who_has_left() -> None:
    """A connection that closes meanwhile gets no answer: a broken transport would refuse it as a defect."""
    assert writes(answering(b"full"), left=True) == [b"closed"]
