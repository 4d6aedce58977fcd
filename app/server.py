"""A worker's HTTP server, which takes its leave before it goes."""

from __future__ import annotations

import asyncio
import socket
import time

import uvicorn


class FarewellServer(uvicorn.Server):
    """uvicorn's server; at a stop it says ``connection: close`` for a while before it hangs up.

    uvicorn closes idle connections at once, and a client that is just sending into one sees it break. Here whoever
    sends meanwhile is answered and told to connect anew, which leads to another worker.

    Args:
        config: uvicorn's.
        farewell_s: How long open connections are still answered.
    """

    def __init__(self, config: uvicorn.Config, farewell_s: float) -> None:
        super().__init__(config)
        self._farewell_s = farewell_s

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
