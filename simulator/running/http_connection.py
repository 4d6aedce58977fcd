"""One keep-alive HTTP/1.1 connection, parsed in C: see decision 0022 for why it is not a client library."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlsplit

import httptools

from simulator.errors import SimulatorError


@dataclass(frozen=True, slots=True)
class Address:
    """Where a service is."""

    url: str
    host: str
    port: int
    encrypted: bool
    prefix: str  # of every path

    @classmethod
    def parse(cls, url: str) -> Address:
        """Return the address that a URL names.

        Raises:
            SimulatorError: It names none.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise SimulatorError(f"--url {url!r} is no address ({error})") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SimulatorError(f"--url {url!r} is no address; write e.g. http://127.0.0.1:5000")
        encrypted = parts.scheme == "https"
        return cls(
            url.rstrip("/"), parts.hostname, port or (443 if encrypted else 80), encrypted, parts.path.rstrip("/")
        )


@dataclass(frozen=True, slots=True)
class Response:
    """An answer."""

    status: int
    body: bytes
    latency_s: float


class Connection:
    """Sends one request at a time, and connects when there is need."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._wire: _Wire | None = None
        host = f"[{address.host}]" if ":" in address.host else address.host
        self._headers = f"host: {host}:{address.port}\r\naccept: application/json\r\n"

    async def request(self, method: str, path: str, body: bytes = b"", request_id: str = "") -> Response:
        """Send a request and return its answer.

        A server may close an idle connection at any time; a request that was sent into such a one and got not
        a byte back is sent once more, over a new one.

        Raises:
            SimulatorError: The service cannot be reached, or breaks off.
        """
        named = f"x-request-id: {request_id}\r\n" if request_id else ""
        head = f"{method} {self._address.prefix}{path} HTTP/1.1\r\n{self._headers}{named}"
        if body:
            head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        sent = head.encode() + b"\r\n" + body
        try:
            if self._wire is not None and not self._wire.closed:
                try:
                    return await self._wire.exchange(sent)
                except ConnectionResetError:
                    if self._wire.answering:
                        raise
            self._wire = await self._connect()
            return await self._wire.exchange(sent)
        except (OSError, httptools.HttpParserError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise SimulatorError(f"the service at {self._address.url} is away: {reason}") from error

    def close(self) -> None:
        """Hang up."""
        if self._wire is not None:
            self._wire.close()

    async def _connect(self) -> _Wire:
        address = self._address
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(_Wire, address.host, address.port, ssl=address.encrypted or None)
        return wire


class _Wire(asyncio.Protocol):
    def __init__(self) -> None:
        self.closed = False
        self.answering = False  # part of the answer that is waited for has come
        self._waiting: asyncio.Future[Response] | None = None
        self._sent_s = 0.0

    async def exchange(self, sent: bytes) -> Response:
        self._waiting = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self.answering = False
        self._sent_s = perf_counter()
        self._transport.write(sent)
        return await self._waiting

    def close(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # what create_connection makes
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self.answering = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(error)
            self._transport.abort()

    def eof_received(self) -> None:
        if self.answering and self._waiting is not None and not self._waiting.done():
            self._complete(keep=False)  # an answer without a length ends with the connection

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._fail(ConnectionResetError("the connection was closed") if exc is None else ConnectionResetError(str(exc)))

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        self._complete(keep=self._parser.should_keep_alive())

    def _complete(self, *, keep: bool) -> None:
        if self._waiting is not None and not self._waiting.done():
            took_s = perf_counter() - self._sent_s
            self._waiting.set_result(Response(self._parser.get_status_code(), b"".join(self._body), took_s))
        if not keep:
            self.closed = True
            self._transport.close()

    def _fail(self, error: Exception) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
