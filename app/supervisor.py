"""The process that keeps the workers: uvicorn's own, with what a service needs beside a development server."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from app.server import FarewellServer
from app.shares import Share, Shares

logger = logging.getLogger(__name__)


class Worker(Process):
    """A process that serves."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], farewell_s: float, share: Share) -> None:
        self._farewell_s = farewell_s
        self.share = share
        super().__init__(config, sockets)

    @property
    def server(self) -> uvicorn.Server:
        """What it runs; made in the process itself."""
        if self._server is None:
            self._server = FarewellServer(self.config, self._farewell_s, self.share)
        return self._server

    def start(self) -> None:
        """Start it deaf to Ctrl-C, which a terminal sends to all, until it serves.

        This process is told as well and stops it; while it still imports it would leave a traceback.
        """
        heard = signal.signal(signal.SIGINT, signal.SIG_IGN)  # which a new process takes over
        try:
            super().start()
        finally:
            signal.signal(signal.SIGINT, heard)

    def join(self) -> None:
        """Return when it has ended; a killed one could not say that it takes no more connections."""
        super().join()
        self.share.leave()

    def _healthcheck(self, timeout: float) -> bool | None:
        """Return whether it has started, or None where it does not say so in time or is dead.

        uvicorn's own waits for the whole time where a worker dies between question and answer.
        """
        until_s = time.monotonic() + timeout
        try:
            self.parent_conn.send(b"ping")
            while not self.parent_conn.poll(0.1):
                if not self.process.is_alive() or time.monotonic() > until_s:
                    return None
            return bool(self.parent_conn.recv())
        except (OSError, EOFError):
            return None


class Supervisor(Multiprocess):
    """Starts workers, replaces those that die, hands SIGHUP on to them; SIGUSR1 restarts them one after the other.

    Args:
        config: uvicorn's.
        sockets: One that listens; each worker takes its share of the connections.
        farewell_s: How long a stopping worker still answers on open connections.
    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], farewell_s: float) -> None:
        super().__init__(config, sockets)
        self._farewell_s = farewell_s
        self._shares = Shares(config.workers + 1)  # one more where a worker makes way for another

    def init_processes(self) -> None:
        """Start the first workers."""
        for _ in range(self.processes_num):
            self.processes.append(self._started())

    def keep_subprocess_alive(self) -> None:
        """Put a new worker in the place of each that died or hangs.

        One that cannot start stops the service only where no other serves: what is wrong may be mended meanwhile.
        """
        for index, worker in enumerate(self.processes):
            if self._is_told_to_stop() or worker.is_alive(timeout=self.config.timeout_worker_healthcheck):
                continue
            worker.kill()
            worker.join()
            others = [other for other in self.processes if other is not worker]
            if worker.exitcode == STARTUP_FAILURE and not any(other.is_ready(timeout=1) for other in others):
                logger.error("no worker can start; the service stops")
                self.should_exit.set()
                return
            logger.warning("worker %d ended with %s; another takes its place", worker.pid, worker.exitcode)
            self.processes[index] = self._started()

    def terminate_all(self) -> None:
        """Refuse new connections at once, then stop the workers, each of which finishes what is under way."""
        for listening in self.sockets:
            listening.close()
        super().terminate_all()

    def restart_all(self) -> None:
        """Put a new worker in the place of each, one by one; an old one stops when its successor answers."""
        for index, old in enumerate(self.processes):
            fresh = self._started()
            if not self._is_serving(fresh):
                fresh.kill()
                fresh.join()
                logger.error("worker %d cannot start: the others stay, and the restart ends here", fresh.pid)
                return
            old.terminate()
            old.join()
            self.processes[index] = fresh

    def handle_hup(self) -> None:
        """Tell every worker to load newer artifacts; one that starts just now loads the newest anyway."""
        for worker in self.processes:
            if worker.pid is not None and worker.is_ready():
                os.kill(worker.pid, signal.SIGHUP)

    def handle_usr1(self) -> None:
        """Restart the workers."""
        self.restart_all()

    def _started(self) -> Worker:
        share = self._shares.free({worker.share.place for worker in self.processes if isinstance(worker, Worker)})
        worker = Worker(self.config, self.sockets, self._farewell_s, share)
        worker.start()
        return worker

    def _is_serving(self, worker: Process) -> bool:
        """Wait until a worker answers; say whether it does in time."""
        until_s = time.monotonic() + self.config.timeout_worker_healthcheck
        while time.monotonic() < until_s and worker.process.is_alive() and not self._is_told_to_stop():
            if worker.is_ready(timeout=1):
                return True
            time.sleep(0.1)
        return False

    def _is_told_to_stop(self) -> bool:
        return self.should_exit.is_set() or not {signal.SIGTERM, signal.SIGINT}.isdisjoint(self.signal_queue)
