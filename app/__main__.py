"""``python -m app``: check everything that can be wrong, then serve."""

from __future__ import annotations

from cli.ending import ended

import argparse
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import uvicorn

from app import doctor
from app.access.keys import check_access
from app.event_log.log import check_folder
from app.listening import listen
from app.logs import log_config
from app.metrics import shared_by_workers
from app.routing import build_router
from app.server import FarewellServer
from app.sessions.opening import check_store
from app.settings import Settings, load_settings
from app.steps import open_tracing
from app.supervisor import Supervisor
from app.wire import BoundedProtocol
from preprocessing.artifacts import ArtifactError, load
from strategies.errors import ConfigurationError


def main(arguments: Sequence[str] | None = None, prog: str = "python -m app") -> int:
    """Serve until stopped, or report what the doctor finds; return the exit status: 2 where no start is possible."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Serve next-track recommendations. Settings: settings.toml and SEGUE_<SECTION>__<KEY>.",
        epilog=f"examples: SEGUE_SERVER__WORKERS=2 {prog} --port 8080; SEGUE_SETTINGS=other.toml {prog}",
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=("serve", "doctor"),
        default="serve",
        help="doctor: say of every part that a start needs whether it is well, and what mends it (default: serve)",
    )
    parser.add_argument("--host", help="address to listen on, instead of server.host")
    parser.add_argument("--port", help="TCP port, instead of server.port")
    parser.add_argument("--workers", help="number of processes, instead of server.workers")
    parser.add_argument("--json", action="store_true", help="with doctor: the findings for a program")
    options = parser.parse_args(arguments)
    for key in ("host", "port", "workers"):
        value = getattr(options, key)
        if value is not None:
            os.environ[f"SEGUE_SERVER__{key.upper()}"] = value  # the workers read the same environment
    if options.command == "doctor":
        return doctor.report(as_json=options.json)
    try:
        settings = load_settings()
        check(settings)
        listening = listen(settings)
    except (ConfigurationError, ArtifactError) as error:
        print(f"segue: {error}", file=sys.stderr)
        return 2
    serve(settings, listening)
    return 0


def check(settings: Settings) -> None:
    """Return when a start would succeed, as far as settings, folders and artifacts go.

    Raises:
        ConfigurationError: A strategy, chain or treatment is named wrongly, or a setting cannot be used.
        ArtifactError: The artifacts are missing or damaged.
    """
    check_access(settings)
    if tracing := open_tracing(settings.tracing):
        tracing.shutdown()
    build_router(settings)
    check_store(settings)
    check_folder(settings.event_log.path)
    load(settings.artifacts.path, verify=settings.artifacts.verify)


def serve(settings: Settings, listening: socket.socket) -> None:
    """Serve on a socket until stopped by a signal."""
    host, port = listening.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    print(f"Segue answers at {address}, and explains itself at {address}/docs", flush=True)
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        http=partial(BoundedProtocol, settings.server),  # type: ignore[arg-type]  # it makes what uvicorn asks for
        workers=settings.server.workers,
        log_config=log_config(settings.logging),
        log_level=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.server.drain_timeout_s,
        # A worker that is silent for so long is replaced. It is silent while it imports, and on a busy machine
        # that takes longer than uvicorn's 5 s: it would be replaced over and over, with whom it had accepted.
        timeout_worker_healthcheck=60,
    )
    farewell_s = settings.server.farewell_s
    with suppress(KeyboardInterrupt):  # uvicorn has stopped in good order when it hands Ctrl-C on
        if settings.server.workers == 1:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until it can load newer artifacts at this sign
            signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # one worker alone cannot be restarted without a gap
            FarewellServer(config, farewell_s).run(sockets=[listening])
        else:
            with shared_by_workers():
                Supervisor(config, [listening], farewell_s).run()


if __name__ == "__main__":
    sys.exit(ended(main))
