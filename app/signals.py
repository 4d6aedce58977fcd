"""SIGHUP: the sign to take up what is new, to one worker or to all."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


@asynccontextmanager
async def on_hangup(act: Callable[[], object]) -> AsyncIterator[None]:
    """Call something at each SIGHUP while the block lasts."""
    if threading.current_thread() is not threading.main_thread():  # signals come to the main thread only
        yield
        return
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, act)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)


def tell_all_workers() -> None:
    """Send SIGHUP to the process that started this worker, which hands it on to each; one alone has no such."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.is_alive() and parent.pid is not None:
        os.kill(parent.pid, signal.SIGHUP)
