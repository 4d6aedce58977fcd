"""The playback log: whole lines, whoever writes, and whatever the disk does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from app.event_log import EventLog
from strategies.errors import ConfigurationError
from strategies.session import Session
from tests.service import ROOT

SESSION = Session("s-1", 1000, 10, [10, 11], [0.5, 0.1], position=1, penalty=1, penalised=False)


def append(log: EventLog, **changes: Any) -> None:  # noqa: ANN401 - any field of an event
    """Append an event, some of whose fields are given."""
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
        "request": "r-1",
    }
    log.append(**event | changes)


def lines(folder: Path) -> list[dict[str, Any]]:
    """Return every event in a folder; each line must be whole."""
    texts = [file.read_text() for file in sorted(folder.glob("*.jsonl"))]
    assert all(text.endswith("\n") for text in texts if text)
    return [json.loads(line) for text in texts for line in text.split("\n")[:-1]]


def run(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a script of this test in a process of its own."""
    head = "import os, resource, sys\nfrom pathlib import Path\n"
    head += "from app.event_log import EventLog\nfrom tests.unit.app.test_event_log import append\n"
    command = [sys.executable, "-c", head + script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_one_line_per_event(tmp_path: Path) -> None:
    """An event has the fields of the predecessor's log, and Segue's own."""
    log = EventLog(tmp_path / "made" / "here", spill_lines=10)
    append(log)
    append(log, last=True, recommendation=None, strategy=None, user="two\nlines", track='"q" \u2028 🎵')
    log.close()
    first, second = lines(tmp_path / "made" / "here")
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
        "request": "r-1",
    }
    assert (second["message"], second["recommendation"]) == ("last", None)
    assert (second["user"], second["track"]) == ("two\nlines", '"q" \u2028 🎵')


def test_a_line_is_there_as_soon_as_it_was_appended(tmp_path: Path) -> None:
    """Nothing waits in the process: a worker that dies at once loses no event."""
    process = run("log = EventLog(Path(sys.argv[1]), 10)\nappend(log)\nos._exit(9)", tmp_path)
    process.communicate(timeout=30)
    assert process.returncode == 9
    assert len(lines(tmp_path)) == 1


def test_many_writers_do_not_mix(tmp_path: Path) -> None:
    """Four processes that write to one folder at once leave whole lines, and every one of them."""
    script = (
        "log = EventLog(Path(sys.argv[1]), 10)\nfor i in range(1000):\n"
        "    append(log, user=int(sys.argv[2]), track=i, request='x' * (i % 500))\nlog.close()"
    )
    writers = [run(script, tmp_path, number) for number in range(4)]
    for writer in writers:
        _, complaints = writer.communicate(timeout=60)
        assert writer.returncode == 0, complaints
    found = Counter((event["user"], event["track"]) for event in lines(tmp_path))
    assert found == Counter((user, track) for user in range(4) for track in range(1000))


FULL_DISK = """
log = EventLog(Path(sys.argv[1]), spill_lines=int(sys.argv[2]))
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # no file may grow beyond 1000 bytes
for track in range(20):
    append(log, track=track)
whole = log.path.read_bytes().count(b"\\n")
print(log.path.read_bytes().endswith(b"\\n"), whole + log.waiting + log.lost, log.waiting, log.lost)
if sys.argv[3] == "recovers":
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    append(log, track=20)
    print(log.waiting)
elif sys.argv[3] == "recovers at the end":
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
log.close()
"""


@pytest.mark.parametrize(("after", "expected"), [("recovers", 21), ("recovers at the end", 20)])
def test_a_full_disk_is_waited_for(tmp_path: Path, after: str, expected: int) -> None:
    """What the disk refuses waits in memory, never half a line in the file, and is written in order afterwards."""
    process = run(FULL_DISK, tmp_path, 100, after)
    printed, complaints = process.communicate(timeout=30)
    assert process.returncode == 0, complaints
    whole, total, waiting, lost = printed.split()[:4]
    assert (whole, total, lost) == ("True", "20", "0")
    assert int(waiting) > 10
    assert [event["track"] for event in lines(tmp_path)] == list(range(expected))
    assert complaints.count("cannot be written") == 1  # once, not for every event


def test_what_is_lost_is_counted_and_said(tmp_path: Path) -> None:
    """When the memory for refused lines is full too, further ones are counted as lost, and the end says so."""
    process = run(FULL_DISK, tmp_path, 3, "stays full")
    printed, complaints = process.communicate(timeout=30)
    assert process.returncode == 0, complaints
    _, total, waiting, lost = printed.split()
    assert (total, waiting) == ("20", "3")
    assert int(lost) > 0
    assert "are lost" in complaints
    assert [event["track"] for event in lines(tmp_path)] == list(range(17 - int(lost)))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A log folder that cannot be made stops the start with its path."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"file/log"):
        EventLog(tmp_path / "file" / "log", spill_lines=10)
