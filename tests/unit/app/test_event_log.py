"""The playback log: whole lines, whoever writes, and whatever the disk does."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.event_log.log import EventLog
from app.settings.models import EventLogSettings
from strategies.errors import ConfigurationError
from strategies.session import Session
from tests.service import ROOT, logged

pytestmark = pytest.mark.anyio
SESSION = Session("s-1", 1000, 10, [10, 11], [0.5, 0.1], position=1, penalty=1, penalised=False)


async def append(log: EventLog, **changes: Any) -> None:  # noqa: ANN401 - any field of an event
    """Append an event, some of whose fields are given, and return when its answer may leave."""
    event = {
        "last": False,
        "timestamp_ms": 1_700_000_000_000,
        "user": 7,
        "track": 11,
        "time": 0.1,
        "latency_s": 0.001,
        "recommendation": 12,
        "experiments": {"SEGUE": "T1"},
        "session": SESSION,
        "chain": "segue",
        "strategy": "sticky_artist",
        "propensity": 0.95,
        "request": "r-1",
    }
    leaves = log.append(**event | changes)
    if leaves is not None:
        await leaves


def settings(folder: Path, **changes: Any) -> EventLogSettings:  # noqa: ANN401 - any setting
    """Return the settings of a log in a folder."""
    return EventLogSettings(path=folder, **changes)


def run(script: str, *arguments: object, within: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Start a script of this test, the body of a coroutine, in a process of its own, which a command may start."""
    head = "import asyncio, os, resource, sys\nfrom pathlib import Path\nfrom app.event_log.log import EventLog\n"
    head += "from tests.unit.app.test_event_log import append, settings\nasync def main():\n"
    body = "".join(f"    {line}\n" for line in script.strip().splitlines())
    command = [*within, sys.executable, "-c", f"{head}{body}asyncio.run(main())", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come true in time")


async def test_one_line_per_event(tmp_path: Path) -> None:
    """An event has the fields of the predecessor's log, and Segue's own; they are numbered from 1."""
    folder = tmp_path / "made" / "here"
    async with EventLog(settings(folder)) as log:
        await append(log)
        await append(
            log,
            last=True,
            recommendation=None,
            strategy=None,
            propensity=None,
            user="two\nlines",
            track='"q" \u2028 🎵',
        )
    first, second = logged(folder)
    assert first == {
        "message": "next",
        "timestamp": 1_700_000_000_000,
        "user": 7,
        "track": 11,
        "time": 0.1,
        "latency": 0.001,
        "recommendation": 12,
        "experiments": {"SEGUE": "T1"},
        "session": "s-1",
        "position": 1,
        "chain": "segue",
        "strategy": "sticky_artist",
        "propensity": 0.95,
        "request": "r-1",
        "seq": 1,
    }
    assert (second["message"], second["recommendation"], second["seq"]) == ("last", None, 2)
    assert (second["user"], second["track"]) == ("two\nlines", '"q" \u2028 🎵')


async def test_a_line_is_written_before_its_answer(tmp_path: Path) -> None:
    """A line is in the file when its answer is free to go, and the event loop had not to turn for it."""
    async with EventLog(settings(tmp_path)) as log:
        with pytest.raises(StopIteration):  # it ends without having waited for anything
            append(log, track=10).send(None)
        assert [event["track"] for event in logged(tmp_path)] == [10]


async def test_a_cancelled_request_does_not_hold_the_others(tmp_path: Path) -> None:
    """Where one request is cancelled while it waits for the disk, its line stays and the others are answered."""
    async with EventLog(settings(tmp_path, fsync="always")) as log:
        first, second = (asyncio.create_task(append(log)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait_for(second, timeout=5)
    assert first.cancelled()
    assert len(logged(tmp_path)) == 2


def test_a_line_is_there_when_the_answer_is_free_to_go(tmp_path: Path) -> None:
    """Nothing waits in the process: a worker that dies at once loses no event that was answered."""
    process = run("log = EventLog(settings(Path(sys.argv[1])))\nawait append(log)\nos._exit(9)", tmp_path)
    process.communicate(timeout=30)
    assert process.returncode == 9
    assert len(logged(tmp_path)) == 1


async def test_always_on_the_disk(tmp_path: Path) -> None:
    """With fsync 'always' every answer waits for the disk, and none is left behind."""
    async with EventLog(settings(tmp_path, fsync="always")) as log:
        answers = []
        for track in range(50):
            answers.append(append(log, track=track))
            await asyncio.sleep(0)
        await asyncio.wait_for(asyncio.gather(*answers), timeout=30)
        assert (len(logged(tmp_path)), log.sync_failures) == (50, 0)


async def test_a_full_file_is_followed_by_the_next(tmp_path: Path) -> None:
    """A file that has grown to its size is compressed, and the next one goes on with the numbers."""
    async with EventLog(settings(tmp_path, rotate_mib=0.001)) as log:
        for track in range(10):
            await append(log, track=track)
        await until(lambda: any(tmp_path.glob("events-*.0000.jsonl.gz")))
        await until(lambda: not any(tmp_path.glob("events-*.0000.jsonl")))
        await append(log, track=10)
        assert log.path.name.endswith(".0001.jsonl")
    assert [(event["seq"], event["track"]) for event in logged(tmp_path)] == [(i + 1, i) for i in range(11)]


async def test_a_removed_file_is_noticed(tmp_path: Path) -> None:
    """Where somebody removes the file that is written, the log goes on in another within moments."""
    async with EventLog(settings(tmp_path)) as log:
        await append(log)
        log.path.unlink()
        await until(lambda: log.path.name.endswith(".0001.jsonl"))
        await append(log)
    assert [event["seq"] for event in logged(tmp_path)] == [2]


def test_many_writers_do_not_mix(tmp_path: Path) -> None:
    """Four processes that write to one folder at once leave whole lines, and every one of them."""
    script = (
        "log = EventLog(settings(Path(sys.argv[1])))\nfor i in range(1000):\n"
        "    await append(log, user=int(sys.argv[2]), track=i, request='x' * (i % 500))\nlog.close()"
    )
    writers = [run(script, tmp_path, number) for number in range(4)]
    for writer in writers:
        _, complaints = writer.communicate(timeout=60)
        assert writer.returncode == 0, complaints
    found = Counter((event["user"], event["track"]) for event in logged(tmp_path))
    assert found == Counter((user, track) for user in range(4) for track in range(1000))


FULL_DISK = """
log = await EventLog(settings(Path(sys.argv[1]), spill_lines=int(sys.argv[2]))).__aenter__()
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # no file may grow beyond 1000 bytes
for track in range(20):
    await append(log, track=track)
whole = log.path.read_bytes().count(b"\\n")
print(log.path.read_bytes().endswith(b"\\n"), whole + log.waiting + log.lost, log.waiting, log.lost)
if sys.argv[3] == "recovers":
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    while log.waiting:
        await asyncio.sleep(0.05)
    await append(log, track=20)
elif sys.argv[3] == "recovers at the end":
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
await log.__aexit__(None, None, None)
"""


@pytest.mark.parametrize(("after", "expected"), [("recovers", 21), ("recovers at the end", 20)])
def test_a_full_disk_is_waited_for(tmp_path: Path, after: str, expected: int) -> None:
    """What the disk refuses waits in memory, never half a line in the file, and is written in order afterwards."""
    process = run(FULL_DISK, tmp_path, 100, after)
    printed, complaints = process.communicate(timeout=30)
    assert process.returncode == 0, complaints
    whole, total, waiting, lost = printed.split()
    assert (whole, total, lost) == ("True", "20", "0")
    assert int(waiting) > 10
    assert [event["track"] for event in logged(tmp_path)] == list(range(expected))
    assert complaints.count("cannot be written") == 1  # once, not for every event


def test_what_is_lost_is_counted_and_said(tmp_path: Path) -> None:
    """When the memory for refused lines is full too, further ones are counted as lost, and it is said."""
    process = run(FULL_DISK, tmp_path, 3, "stays full")
    printed, complaints = process.communicate(timeout=30)
    assert process.returncode == 0, complaints
    _, total, waiting, lost = printed.split()
    assert (total, waiting) == ("20", "3")
    assert int(lost) > 0
    assert complaints.count("EVENTS ARE LOST") == 1
    assert [event["track"] for event in logged(tmp_path)] == list(range(17 - int(lost)))


READ_ONLY = """
import logging, subprocess
folder = Path(sys.argv[1])
complaints = []
logging.getLogger("app.event_log.upkeep").addFilter(lambda record: complaints.append(record) or True)
log = await EventLog(settings(folder, rotate_mib=0.001)).__aenter__()
first = log.path
subprocess.run(["mount", "--bind", folder, folder], check=True)
subprocess.run(["mount", "--options", "remount,bind,ro", folder], check=True)
for track in range(20):
    await append(log, track=track)
while not complaints:
    await asyncio.sleep(0.05)
for track in range(20, 40):
    await append(log, track=track)
subprocess.run(["umount", "--lazy", folder], check=True)
while log.path == first:
    await asyncio.sleep(0.05)
await append(log, track=40)
print(log.waiting, log.lost)
await log.__aexit__(None, None, None)
"""


def test_a_read_only_disk_is_written_around(tmp_path: Path) -> None:
    """Where the next file cannot be made the current one goes on, which is said; later there is a next one."""
    own_mounts = ["unshare", "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*own_mounts, "true"], check=False).returncode:
        pytest.skip("nothing may be mounted here")
    process = run(READ_ONLY, tmp_path, within=own_mounts)
    printed, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    assert printed.split() == ["0", "0"]
    assert "Read-only file system" in complaints
    assert [event["track"] for event in logged(tmp_path)] == list(range(41))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A log folder that cannot be made stops the start with its path."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"file/log"):
        EventLog(settings(tmp_path / "file" / "log"))
