"""How much of a request is taken in, and how long its client may take to send it.

uvicorn's parser takes a path and headers of any length, keeps in memory what an endless one sends, and waits for ever.
What is too much, or no HTTP at all, is answered here, because no request comes of it.
"""

from __future__ import annotations

import asyncio
import logging
from itertools import chain
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from app.errors import HeadersTooLong, NotHttp, PathTooLong, SegueError
from app.one_write import OneWrite
from app.settings.models import ServerSettings
from app.short_way import PATH, ShortCall, ShortWay

logger = logging.getLogger(__name__)
CLOSE = (b"connection", b"close")
LINGER_S = 1.0  # who hangs up while the other still sends may break the connection before the answer is read


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with limits, and a short way for hot calls; every refusal closes the connection.

    Args:
        limits: Of path, headers and time.
        named: uvicorn's.
    """

    cycle: RequestResponseCycle | ShortCall | None  # type: ignore[assignment]  # what is asked of the one is in the other

    def __init__(self, limits: ServerSettings, **named: Any) -> None:  # noqa: ANN401 - handed on
        super().__init__(**named)
        self._short_way: ShortWay | None = self.app_state.get("short_way")
        self._limits = limits
        # Beyond uvicorn's limit it reads no further until somebody asks for the body.
        self._most_of_short_call = min(limits.max_body_bytes, HIGH_WATER_LIMIT)
        self._refusal: SegueError | None = None
        self._is_open = False  # a request has begun and is not whole
        self._head_is_open = False
        self._moved = False  # by what came just now a request began, or its body went on
        self._bytes = 0  # that came since
        self._timer: asyncio.TimerHandle | None = None  # at its end a request must be whole

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Wait for a first request, but not for ever."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, unless the connection was refused already."""
        if self._refusal is not None:
            return
        self._unset_keepalive_if_required()
        self._moved = False
        try:
            self._parse(data)
        except HttpParserError:
            self._refuse(self._refusal or NotHttp())
        if not self._is_open or self._refusal is not None:
            return
        self._start_timer()
        # The parser tells of a header, and of one behind the body, when it is whole: an endless one is noticed here.
        self._bytes = 0 if self._moved else self._bytes + len(data)
        if self._bytes > self._limits.max_path_bytes + self._limits.max_header_bytes:
            self._refuse(HeadersTooLong(self._limits.max_header_bytes))

    def _parse(self, data: bytes) -> None:
        """Give the parser what came; nobody here speaks another protocol, so that a request that asks goes on in this.

        Java's client asks for HTTP/2 with every request, and httptools takes the body that follows for that protocol's.

        Raises:
            HttpParserError: It is no HTTP.
        """
        while True:
            try:
                self.parser.feed_data(data)
            except HttpParserUpgrade as asked:
                method, version = self.parser.get_method(), self.parser.get_http_version().encode("ascii")
                if method == b"CONNECT":
                    raise HttpParserError from asked
                kept = b"".join(b"%b: %b\r\n" % header for header in self.headers if header[0] != b"upgrade")
                data = b"%b %b HTTP/%b\r\n%b\r\n%b" % (method, self.url, version, kept, data[asked.args[0] :])
                self.parser = HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn sets its own
            else:
                return

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._is_open = self._head_is_open = self._moved = True

    def on_url(self, url: bytes) -> None:
        """Take a piece of the path."""
        super().on_url(url)
        if len(self.url) > self._limits.max_path_bytes:
            self._refusal = PathTooLong(self._limits.max_path_bytes)
            raise self._refusal  # the parser stops

    def on_headers_complete(self) -> None:
        """Hand the request on."""
        if self.parser.should_upgrade():
            return  # it is parsed again
        self._head_is_open = False
        if sum(map(len, chain.from_iterable(self.headers))) > self._limits.max_header_bytes:
            self._refusal = HeadersTooLong(self._limits.max_header_bytes)
            raise self._refusal
        path = PATH.fullmatch(self.url) if self._short_way is not None else None
        if path is not None and self._asks_for_nothing_else():
            self.cycle = ShortCall(self, path, self.headers)
        else:
            self._go_the_long_way()
        self.headers = []  # what stands behind the body is nobody's header: neither a key nor a name

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        super().on_body(body)
        self._moved = True
        if isinstance(self.cycle, ShortCall) and len(self.cycle.body) > self._most_of_short_call:
            self._go_the_long_way(self.cycle)

    def on_message_complete(self) -> None:
        """Tell who reads the body that it is whole."""
        if self.parser.should_upgrade():
            return
        self._is_open = False
        self._stop_timer()
        if isinstance(self.cycle, ShortCall):
            if self._went_the_short_way(self.cycle):
                return
            self._go_the_long_way(self.cycle)
        super().on_message_complete()

    def reply(self, call: ShortCall, status_line: bytes, rest: bytes) -> None:
        """Write the answer to a short call, the server's own headers behind its first line."""
        headers = self.server_state.default_headers
        if not call.keep_alive and CLOSE not in headers:
            headers = [*headers, CLOSE]
        call.response_complete = True
        if not self.transport.is_closing():
            own = b"".join([b"%b: %b\r\n" % header for header in headers])
            self.transport.write(b"%b%b%b" % (status_line, own, rest))
            if CLOSE in headers:
                self.transport.close()
        self.on_response_complete()

    def _asks_for_nothing_else(self) -> bool:
        """Whether a call needs nothing of uvicorn but its parser, its connection, and the time between two calls."""
        parser, before = self.parser, self.cycle
        return (
            (before is None or before.response_complete)
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not (self.expect_100_continue or self.flow.write_paused or self.root_path)
        )

    def _went_the_short_way(self, call: ShortCall) -> bool:
        try:
            self._short_way.begin(call, self.app_state["segue"].state)  # type: ignore[union-attr]  # it made the call
        except SegueError:  # met again on the long way, which answers every error
            return False
        except Exception as error:
            logger.error("a call could not go the short way", exc_info=error)
            return False
        return True

    def _go_the_long_way(self, call: ShortCall | None = None) -> None:
        """Hand a request to uvicorn whose headers are known, and what came of the body if it was a short call."""
        if call is not None:
            self.cycle = None
        before = self.cycle
        super().on_headers_complete()
        made = self.cycle
        if made is before or not isinstance(made, RequestResponseCycle):
            return  # it asked for another protocol
        made.transport = OneWrite(made)  # type: ignore[assignment]  # what the cycle needs of one
        if call is not None and call.body:
            made.body += call.body
            made.message_event.set()

    def _refuse(self, refusal: SegueError) -> None:
        self._refusal = refusal
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            is_read = self._is_open and not self._head_is_open and not self.pipeline
            if not is_read or (isinstance(cycle, RequestResponseCycle) and cycle.response_started):
                self.transport.close()  # this came behind a request that is under way, whose answer has no place now
                return
            cycle.disconnected = True
            cycle.message_event.set()  # who waits for the rest of this request is told that none comes
        response = refusal.response()
        headers = [*response.raw_headers, *self.server_state.default_headers, CLOSE]
        lines = [b"%b: %b\r\n" % header for header in headers]
        self.transport.write(b"".join([STATUS_LINE[refusal.status], *lines, b"\r\n", bytes(response.body)]))
        self.transport.write_eof()
        self.loop.call_later(LINGER_S, self.transport.close)

    def _start_timer(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self._limits.request_timeout_s, self._too_slow)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if self.flow.read_paused:  # it is not the client who keeps others waiting
            self._start_timer()
        else:
            self.transport.close()
