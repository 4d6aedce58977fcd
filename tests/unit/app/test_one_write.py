"""How an answer leaves: uvicorn's own cycle writes to a transport that keeps each write."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.one_write import ANSWER, OneWrite

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


def writes(
    app: ASGIApp, *, expects_100: bool = False, keep_alive: bool = True, headers: Sequence[tuple[bytes, bytes]] = ()
) -> list[bytes]:
    """Return the writes of an application's answer; the headers are the server's."""
    transport, logger = KeptWrites(), logging.getLogger("tests.one_write")
    scope: dict[str, Any] = {"type": "http", "method": "POST"}

    async def answer() -> None:
        cycle = RequestResponseCycle(
            scope=scope,  # type: ignore[arg-type]  # all that it looks at
            transport=transport,
            flow=FlowControl(transport),
            logger=logger,
            access_logger=logger,
            access_log=False,
            default_headers=list(headers),
            message_event=asyncio.Event(),
            expect_100_continue=expects_100,
            keep_alive=keep_alive,
            on_response=lambda: None,
        )
        one_write = OneWrite(cycle)
        cycle.transport = one_write  # type: ignore[assignment]
        scope["extensions"] = {ANSWER: one_write.answer}
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


async def answering_whole(scope: Scope, _: Receive, send: Send) -> None:
    """Answer at once, or as any other application where that is refused."""
    if not scope["extensions"][ANSWER](b"content-length: 4\r\n", b"full"):
        await answering(b"FULL")(scope, _, send)


DATE, CLOSE = (b"date", b"now"), (b"connection", b"close")


def test_a_whole_answer() -> None:
    """What is known to be right is written as it is, behind the server's own header, and is all of the answer."""
    assert writes(answering_whole, headers=[DATE]) == [HEAD.replace(b"cont", b"date: now\r\ncont") + b"full"]


@pytest.mark.parametrize(("keep_alive", "headers"), [(False, [DATE]), (True, [DATE, CLOSE])])
def test_a_whole_answer_that_ends_the_connection(keep_alive: bool, headers: list[tuple[bytes, bytes]]) -> None:
    """Where the connection closes, be it the client's wish or the server's, uvicorn says so and does so."""
    answer, closed = writes(answering_whole, keep_alive=keep_alive, headers=headers)
    assert (b"connection: close\r\n" in answer, answer[-4:], closed) == (True, b"FULL", b"closed")
