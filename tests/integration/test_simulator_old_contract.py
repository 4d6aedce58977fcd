"""Runs over HTTP against services of the old contract, well-behaved and not."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any, ClassVar

import pytest

from app.settings import load_settings
from simulator.__main__ import main
from simulator.config import CatalogueConfig, PopulationConfig
from simulator.errors import SimulatorError
from simulator.running.block import Setup
from simulator.running.over_http import OverHttp
from simulator.running.run import run_over_http
from simulator.running.tally import Tally
from simulator.worlds import WORLDS, World, make_world

ROOT = Path(__file__).parents[2]
AT_ONCE = 8


class OldService(BaseHTTPRequestHandler):
    """Knows /next and /last only, and hangs up after every answer, as HTTP/1.0 does."""

    wbufsize = -1  # an answer in one write, or the kernel waits 40 ms between its head and its body
    calls: ClassVar[list[tuple[str, int]]]
    lock: ClassVar[Lock]
    mishap: ClassVar[str]
    after: ClassVar[int]

    def do_POST(self) -> None:
        """Answer with the track after the one just heard, until the mishap is due."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.lock:
            self.calls.append((self.path, body["track"]))
            due = len(self.calls) > self.after
        if due and self.mishap == "away":
            self.close_connection = True
            return
        status, answer = 200, {"user": 1, "track": (body["track"] + 1) % 300}
        if due:
            status, answer = {
                "error": (500, {"error": "broken"}),
                "unknown track": (200, {"track": 12345}),
                "nonsense": (200, {"tracks": []}),
            }[self.mishap]
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401  # as the base class has it
        """Keep quiet."""


class ChunkedService(OldService):
    """Keeps connections open, and sends its answers in chunks."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer in two chunks."""
        track = json.loads(self.rfile.read(int(self.headers["content-length"])))["track"]
        self.calls.append((self.path, track))
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for part in ('{"track":', f"{(track + 1) % 300}}}", ""):
            self.wfile.write(f"{len(part):x}\r\n{part}\r\n".encode())


class Server(ThreadingHTTPServer):
    """Lets all connections of a round wait, where the default drops those beyond five for a second."""

    request_queue_size = 4 * AT_ONCE


@contextmanager
def serving(
    kind: type[OldService], mishap: str = "none", after: int = 10**9
) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Serve on a free port; give the address and the calls that came."""
    members = {"calls": [], "lock": Lock(), "mishap": mishap, "after": after}
    server = Server(("127.0.0.1", 0), type("Service", (kind,), members))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", members["calls"]  # type: ignore[misc]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def world() -> World:
    """Return a dot world of 300 tracks and 40 listeners."""
    whole = WORLDS["dot"]
    music = CatalogueConfig(**(whole.catalogue.model_dump() | {"tracks": 300, "genres": 5}))
    people = PopulationConfig(**(whole.population.model_dump() | {"listeners": 40}))
    return make_world(whole.model_copy(update={"catalogue": music, "population": people}), seed=7)


def run(world: World, url: str, log: Path) -> Tally:
    """Run 60 episodes."""
    settings = load_settings({"SEGUE_SETTINGS": str(ROOT / "settings.toml")})
    setup = Setup(world, settings, Path("no artifacts"), experiment="SEGUE")
    with OverHttp(url, AT_ONCE, timeout_s=10) as service:
        return run_over_http(setup, 1, 60, service, AT_ONCE, lambda *_: None, log)


def sessions(log: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the events of a log by session."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in log.read_bytes().splitlines():
        event = json.loads(line)
        found.setdefault(event["session"], []).append(event)
    return found


@pytest.mark.parametrize("kind", [OldService, ChunkedService])
def test_a_service_of_the_old_contract_runs(kind: type[OldService], world: World, tmp_path: Path) -> None:
    """Without DELETE /sessions, a user's first session is opened by a /last; whatever the framing, all sessions end."""
    with serving(kind) as (url, calls):
        tally = run(world, url, tmp_path / "events.jsonl")
    played = sessions(tmp_path / "events.jsonl")
    assert tally.finished == len(played) == 60
    assert all([event["message"] for event in events][-1] == "last" for events in played.values())
    users = {events[0]["user"] for events in played.values()}
    for user in users:
        mine = [path for path, _ in calls if path.endswith(f"/{user}")]
        assert mine[0] == mine[-1] == f"/last/{user}"
    assert len(calls) == sum(map(len, played.values())) + len(users)


@pytest.mark.parametrize(
    ("mishap", "sentence"),
    [
        ("away", "is away"),
        ("error", "answered with status 500"),
        ("unknown track", "recommends track 12345"),
        ("nonsense", r'answered with status 200: {"tracks": \[\]}'),
    ],
)
def test_a_mishap_in_the_middle_is_a_sentence(mishap: str, sentence: str, world: World, tmp_path: Path) -> None:
    """A service that goes away or answers nonsense stops the run with a sentence, and the log keeps what was done."""
    log = tmp_path / "events.jsonl"
    with serving(OldService, mishap, after=200) as (url, _), pytest.raises(SimulatorError, match=sentence):
        run(world, url, log)
    done = [event for events in sessions(log).values() for event in events]
    assert 100 < len(done) <= 200
    assert sum(event["message"] == "last" for event in done) > 0


def test_a_service_that_is_not_there_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command says which address does not answer, and exits with 2."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        catalogue = tmp_path / "tracks.jsonl"
        rows = [{"artist": f"a{track % 7}", "title": "t", "track": track} for track in range(50)]
        catalogue.write_text("".join(json.dumps(row) + "\n" for row in rows))
        assert main(["run", "--catalogue", str(catalogue), "--url", url, "--episodes", "5"]) == 2
    assert url in capsys.readouterr().err


@pytest.mark.parametrize("url", ["localhost:5000", "ftp://localhost", "http://", "http://localhost:port"])
def test_what_is_no_address_is_refused(url: str) -> None:
    """An address is http or https with a host and perhaps a port."""
    with pytest.raises(SimulatorError, match="is no address"):
        OverHttp(url, 1)
