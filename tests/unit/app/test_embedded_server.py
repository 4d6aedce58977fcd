"""The embedded server's supervisor, over the real server."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from app.sessions.embedded import EmbeddedServer, find_binary
from app.sessions.opening import check_store
from app.sessions.store import StoreError
from app.settings import Settings
from strategies.errors import ConfigurationError
from tests.service import ROOT
from tests.stores import client

BINARY = find_binary()
pytestmark = pytest.mark.skipif(BINARY is None, reason="there is no embedded server for this platform")

Supervise = Callable[..., EmbeddedServer]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Supervise]:
    """Return supervisors of a folder; all of them let go at the end."""
    made: list[EmbeddedServer] = []

    def supervisor(folder: Path = tmp_path / "store") -> EmbeddedServer:
        assert BINARY is not None
        made.append(EmbeddedServer(folder, BINARY))
        return made[-1]

    yield supervisor
    for server in made:
        server.release()


def pid(server: EmbeddedServer) -> int:
    """Return the server's process."""
    with client(server.url) as redis:
        return int(redis.info("server")["process_id"])


def ask(server: EmbeddedServer) -> Redis:
    """Return a client, to be used in a ``with``."""
    return client(server.url)


def test_two_supervisors_share_one_server(supervise: Supervise) -> None:
    """Whoever comes second finds the first one's server, and the last to leave stops it."""
    first, second = supervise(), supervise()
    first.ensure()
    second.ensure()
    assert pid(first) == pid(second)
    first.release()
    assert second.answers()
    second.release()
    assert not second.answers()
    second.release()  # once more is no harm


def test_two_processes_share_one_server(supervise: Supervise, tmp_path: Path) -> None:
    """Several processes that start at once get one server, which outlives the one that started it."""
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from app.sessions.embedded import EmbeddedServer, find_binary\n"
        "server = EmbeddedServer(Path(sys.argv[1]), find_binary())\nserver.ensure()\n"
        "import redis\nprint(redis.Redis.from_url(server.url).info('server')['process_id'], flush=True)\n"
        "sys.stdin.read()\nimport os\nos.kill(os.getpid(), 9)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "store")]
    others = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    found = {other.stdout.readline().strip() for other in others if other.stdout}
    assert len(found) == 1
    server = supervise()
    server.ensure()
    for other in others:  # each is killed, and none says good-bye
        other.communicate("")
    assert server.answers()
    assert str(pid(server)) in found
    server.release()
    assert not server.answers()


def test_a_killed_server_is_started_again_with_its_data(supervise: Supervise) -> None:
    """After kill -9 `ensure` starts the server again, and what was acknowledged a second ago is there."""
    server = supervise()
    server.ensure()
    with ask(server) as redis:
        redis.set("kept", "yes")
    time.sleep(1.1)  # the append-only file goes to the disk each second; the kernel has it before
    old = pid(server)
    os.kill(old, signal.SIGKILL)
    server.ensure()
    assert pid(server) != old
    with ask(server) as redis:
        assert redis.get("kept") == "yes"


def test_a_stopped_servers_data_stays(supervise: Supervise) -> None:
    """Sessions outlive a restart of the whole service."""
    server = supervise()
    server.ensure()
    with ask(server) as redis:
        redis.set("kept", "yes")
    server.release()
    again = supervise()
    again.ensure()
    with ask(again) as redis:
        assert redis.get("kept") == "yes"


def test_a_frozen_server_is_not_doubled(supervise: Supervise) -> None:
    """A server that lives and does not answer is waited for, and the wait ends with a sentence."""
    server = supervise()
    server.ensure()
    frozen = pid(server)
    os.kill(frozen, signal.SIGSTOP)
    try:
        with pytest.raises(StoreError, match=r"valkey\.log"):
            server.ensure(timeout_s=0.1)
    finally:
        os.kill(frozen, signal.SIGCONT)
    server.ensure()
    assert pid(server) == frozen


def test_only_this_user_can_reach_it(supervise: Supervise, tmp_path: Path) -> None:
    """The socket has mode 700, its folder too, and there is no TCP port."""
    server = supervise()
    server.ensure()
    path = Path(server.url.removeprefix("unix://"))
    assert path == tmp_path / "store" / "valkey.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with ask(server) as redis:
        assert redis.config_get("port") == {"port": "0"}


def test_a_long_path_gets_a_short_socket(supervise: Supervise, tmp_path: Path) -> None:
    """Where the folder's path is too long for a socket, the socket is in a short folder of mode 700."""
    folder = tmp_path / ("x" * 120)
    server = supervise(folder)
    server.ensure()
    path = Path(server.url.removeprefix("unix://"))
    assert len(os.fsencode(path)) <= 100
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert supervise(folder).url == server.url
    assert supervise(tmp_path / ("y" * 120)).url != server.url
    assert (folder / "appendonlydir").is_dir()
    server.release()
    path.parent.rmdir()  # nothing of it is left there


def _open_to_others(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o710)


def _led_elsewhere(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(folder.parent / "elsewhere")


def _of_somebody_else(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    folder.mkdir(mode=0o700)
    os.chown(folder, 12345, 12345)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (Path.touch, "something else"),
        (_led_elsewhere, "something else"),
        (_open_to_others, "chmod 700"),
        (_of_somebody_else, "another user"),
    ],
)
def test_no_folder_is_used_that_others_could_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], None], words: str
) -> None:
    """Where somebody was first in the folder for temporary files, nothing is started there, and it says why."""
    assert BINARY is not None
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    server = EmbeddedServer(tmp_path / ("x" * 120), BINARY)
    folder = Path(server.url.removeprefix("unix://")).parent
    assert folder.parent == tmp_path
    harm(folder)
    with pytest.raises(StoreError, match=words) as refused:
        server.ensure()
    assert str(folder) in str(refused.value)
    assert not server.answers()


def test_a_store_that_others_could_read_stops_the_start(tmp_path: Path) -> None:
    """The folder that redis.path names is checked before anything is served."""
    _open_to_others(tmp_path / "store")
    with pytest.raises(ConfigurationError, match=f"chmod 700 {tmp_path / 'store'}"):
        check_store(Settings.model_validate({"redis": {"path": tmp_path / "store"}}))


def test_a_released_server_is_not_started_again(supervise: Supervise) -> None:
    """A supervisor that has released its server starts no other one, however late its watcher asks."""
    server = supervise()
    server.ensure()
    server.release()
    with pytest.raises(StoreError, match="stopped"):
        server.ensure()
    assert not server.answers()
