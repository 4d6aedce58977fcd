"""The process that keeps the workers: uvicorn's own, with what a service needs beside a development server."""

from __future__ import annotations

import os
import signal

from uvicorn.supervisors import Multiprocess


class Supervisor(Multiprocess):
    """Starts workers, replaces those that die, hands SIGHUP on to them; SIGUSR1 restarts them one after the other."""

    def handle_hup(self) -> None:
        """Tell every worker to load newer artifacts; one that starts just now loads the newest anyway."""
        for process in self.processes:
            if process.pid is not None and process.is_ready():
                os.kill(process.pid, signal.SIGHUP)

    def handle_usr1(self) -> None:
        """Replace the workers one by one; each new one answers before an old one stops."""
        self.restart_all()
