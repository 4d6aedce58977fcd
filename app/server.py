"""A worker's HTTP server, which takes no more than its share of connections, and its leave before it goes."""

from __future__ import annotations

import asyncio
import socket
import time

import uvicorn

from app.acceptor import Acceptor
from app.shares import Share


class FarewellServer(uvicorn.Server):
    """uvicorn's server; at a stop it says ``connection: close`` for a while before it hangs up.

    uvicorn closes idle connections at once, and a client that is just sending into one sees it break. Here whoever
    sends meanwhile is answered and told to connect anew, which leads to another worker.

    Args:
        config: uvicorn's.
        farewell_s: How long open connections are still answered.
        share: Of the connections, among several workers; None: it is alone.
    """

    def __init__(self, config: uvicorn.Config, farewell_s: float, share: Share | None = None) -> None:
        super().__init__(config)
        self._farewell_s = farewell_s
        self._share = share

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take connections when all that answers them stands."""
        if self._share is None or sockets is None:
            await super().startup(sockets)
            return
        await super().startup([])
        (listening,) = sockets
        acceptor = Acceptor(listening, self._share, self._protocol)
        self.server_state.connections = acceptor.connections
        self.servers.append(acceptor)  # type: ignore[arg-type]  # it is closed and waited for as one
        acceptor.open()

    def _protocol(self) -> asyncio.Protocol:
        """Return what serves one connection, made as uvicorn makes it."""
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Refuse new connections, take leave of those that are open, and finish what is under way."""
        for server in self.servers:
            server.close()
        # In place, so that it holds for requests that are under way.
        self.server_state.default_headers.append((b"connection", b"close"))
        until_s = time.monotonic() + self._farewell_s
        while self.server_state.connections and time.monotonic() < until_s:
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)
