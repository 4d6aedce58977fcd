"""Which worker takes the next connection: one that holds fewest, so that each gets an equal share.

Left to the kernel, connections that open at once go to whichever worker happens to have a core, and they stay there for
as long as they are open.
"""

from __future__ import annotations

import asyncio
import logging
import select
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from app.shares import Share

logger = logging.getLogger(__name__)
PATIENCE_S = 0.05  # how long somebody is left to a worker that holds fewer: it may be dead, or frozen
LOOK_AGAIN_S = 0.001
RETRY_S = 1.0  # after a refusal of the kernel's, as where no file descriptor is left


class Acceptor:
    """Takes connections from a listening socket, unless another worker holds fewer and takes them in time.

    Args:
        listening: The socket; all workers share it.
        share: This worker's.
        protocol: Makes what serves a connection, and keeps it in ``connections``.
    """

    def __init__(self, listening: socket.socket, share: Share, protocol: Callable[[], asyncio.Protocol]) -> None:
        self.connections = Connections(self._tell)
        self._listening, self._share, self._protocol = listening, share, protocol
        self._waiting = select.poll()
        self._waiting.register(listening, select.POLLIN)
        self._loop = asyncio.get_running_loop()
        self._opening: set[asyncio.Task[None]] = set()  # accepted, and not yet in ``connections``
        self._is_open = False
        self._again: asyncio.TimerHandle | None = None
        self._until_s = 0.0  # the loop's clock: from then on whoever waits is taken in any case

    def open(self) -> None:
        """Take connections from now on."""
        self._listening.setblocking(False)
        self._is_open = True
        self._tell()
        self._loop.add_reader(self._listening, self._look)

    def close(self) -> None:
        """Take no more."""
        if not self._is_open:
            return
        self._is_open = False
        self._share.leave()
        self._loop.remove_reader(self._listening)
        if self._again is not None:
            self._again.cancel()

    async def wait_closed(self) -> None:
        """Return when each connection that was taken is in ``connections``."""
        await asyncio.gather(*self._opening)

    def _look(self) -> None:
        """Begin to take those who wait; nothing else needs to tell that they do until all are taken."""
        self._loop.remove_reader(self._listening)
        self._until_s = self._loop.time() + PATIENCE_S
        self._take()

    def _take(self) -> None:
        """Take those who wait, for as long as no other worker holds fewer, and look again in a moment."""
        look_again_s = LOOK_AGAIN_S
        while (is_next := self._share.is_least()) or self._loop.time() >= self._until_s:
            try:
                connection, _ = self._listening.accept()
            except BlockingIOError:  # nobody waits
                self._loop.add_reader(self._listening, self._look)
                return
            except ConnectionAbortedError:
                continue
            except OSError as error:
                logger.error("no connection can be accepted: %s", error.strerror)
                look_again_s = RETRY_S
                break
            if is_next:
                self._until_s = self._loop.time() + PATIENCE_S
            task = self._loop.create_task(self._serve(connection))
            self._opening.add(task)
            task.add_done_callback(self._opened)
            self._tell()
        if self._waiting.poll(0):
            self._again = self._loop.call_later(look_again_s, self._take)
        else:  # another worker took them
            self._loop.add_reader(self._listening, self._look)

    async def _serve(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        with suppress(OSError):  # it is gone already
            await self._loop.connect_accepted_socket(self._protocol, connection)

    def _opened(self, task: asyncio.Task[None]) -> None:
        self._opening.discard(task)
        self._tell()

    def _tell(self) -> None:
        if self._is_open:
            self._share.hold(len(self.connections) + len(self._opening))


class Connections(set[Any]):
    """A worker's open connections, as uvicorn keeps them; tells whenever one comes or goes.

    Args:
        changed: Is called then.
    """

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__()
        self._changed = changed

    def add(self, connection: Any) -> None:  # noqa: ANN401 - uvicorn has a class for each protocol
        """Hold one more."""
        super().add(connection)
        self._changed()

    def discard(self, connection: Any) -> None:  # noqa: ANN401
        """Hold one less."""
        super().discard(connection)
        self._changed()
