"""How long a client may take: the protocol over real sockets, before an application that takes its time."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from app.settings.models import ServerSettings
from app.wire import BoundedProtocol

pytestmark = pytest.mark.anyio
IN_TIME_S = 0.2


async def slow(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the body, or on one path with nothing after longer than a client may take."""
    body = b""
    if scope["path"] == "/slow":
        await asyncio.sleep(3 * IN_TIME_S)
    else:
        while len(body) < 4:
            body += (await receive())["body"]
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def test_who_is_not_listened_to_is_not_late() -> None:
    """A request behind a slow one has its time when it is read: its body may come as late as the answer before it."""
    config = Config(slow, lifespan="off")  # type: ignore[arg-type]  # Starlette's types of what is one
    limits = ServerSettings(request_timeout_s=IN_TIME_S)

    def protocol() -> BoundedProtocol:
        return BoundedProtocol(limits, config=config, server_state=ServerState(), app_state={})

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"GET /slow HTTP/1.1\r\n\r\n")
        writer.write(b"POST /soon HTTP/1.1\r\ncontent-length: 4\r\nconnection: close\r\n\r\n")
        await asyncio.sleep(0.5 * IN_TIME_S)
        writer.write(b"more")
        answer = await reader.read()
        writer.close()
    assert answer.count(b"200 OK") == 2
    assert answer.endswith(b"more")
