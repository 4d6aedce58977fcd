"""The files of a log: finished ones are compressed and removed, and a log can be proved whole."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from app.event_log.__main__ import main
from app.event_log.file import LogFile
from app.event_log.names import parts_of
from app.event_log.tidy import tidy

WORKER = "events-20261124T120000Z-4711-9f3ab2"


def write(folder: Path, part: int, numbers: range, end: bytes = b"\n", *, worker: str = WORKER) -> Path:
    """Write a part that holds events of these numbers."""
    path = folder / f"{worker}.{part:04}.jsonl"
    path.write_bytes(b"\n".join(b'{"seq":%d}' % number for number in numbers) + end)
    return path


def pack(path: Path) -> Path:
    """Compress a part, and leave the plain one where it is."""
    packed = path.with_name(f"{path.name}.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    return packed


def test_finished_files_are_compressed(tmp_path: Path) -> None:
    """What nobody writes is compressed and as old as it was; what a worker writes, and other files, stay."""
    finished = write(tmp_path, 0, range(1, 4))
    os.utime(finished, (1000, 2000))
    (tmp_path / "notes.jsonl").write_text("{}\n")
    (tmp_path / f"{WORKER}.0001.jsonl").touch()  # nothing was written to it
    written = LogFile(tmp_path)
    tidy(tmp_path, compress=True, keep_days=0)
    (packed, own) = parts_of(tmp_path)
    assert packed.path.name == f"{WORKER}.0000.jsonl.gz"
    assert packed.path.stat().st_mtime == 2000
    assert gzip.decompress(packed.path.read_bytes()) == b'{"seq":1}\n{"seq":2}\n{"seq":3}\n'
    assert own.path == written.path
    assert len(list(tmp_path.iterdir())) == 3
    written.close()


def test_old_files_are_removed(tmp_path: Path) -> None:
    """Only what was last written to before keep_days is removed."""
    for part, days in ((0, 8), (1, 6)):
        path = pack(write(tmp_path, part, range(1, 2)))
        path.with_suffix("").unlink()
        os.utime(path, (0, path.stat().st_mtime - days * 86_400))
    tidy(tmp_path, compress=True, keep_days=7)
    assert [part.number for part in parts_of(tmp_path)] == [1]


def test_an_interrupted_compression_counts_once(tmp_path: Path) -> None:
    """Where a worker died between the compressed file and the removal of the plain one, one of them counts."""
    plain = write(tmp_path, 0, range(1, 3))
    packed = pack(plain)
    assert [part.path for part in parts_of(tmp_path)] == [packed]
    tidy(tmp_path, compress=True, keep_days=0)
    assert not plain.exists()


def test_a_whole_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers that follow one another through the files, compressed or not, are a whole log; so is a torn end."""
    pack(write(tmp_path, 0, range(1, 4))).with_suffix("").unlink()
    write(tmp_path, 1, range(4, 6), end=b'\n{"seq":')
    write(tmp_path, 3, range(90, 92), worker=WORKER.replace("4711", "4712"))  # its first files were removed
    assert main(["verify", str(tmp_path)]) == 0
    first, second, total = capsys.readouterr().out.splitlines()
    assert first == f"{WORKER}: whole: 5 events in 2 files, numbers 1 to 5; the last line is torn"
    assert "numbers 90 to 91" in second
    assert total == "7 events of 2 workers; no logs are damaged"


@pytest.mark.parametrize(
    ("contents", "fault"),
    [
        ([b'{"seq":1}\n{"seq":4}\n'], "events 2 to 3 before line 2 of"),
        ([b'{"seq":1}\n', b'{"seq":3}\n'], "event 2 before line 1 of"),
        ([b'{"seq":2}\n'], "event 1 at the beginning"),
        ([b'{"seq":1}\n{"seq":1}\n'], "has number 1, which does not follow 1"),
        ([b'{"seq":1}\n{"se\n{"seq":2}\n'], "line 2 of"),
        ([b'{"seq":1}\n7\n{"seq":2}\n'], "is no event"),
        ([b'{"seq":1}\n{"se', b'{"seq":2}\n'], "a torn line stands before"),
        ([b'{"seq":1}\n', None, b'{"seq":2}\n'], "no file between the numbers 0 and 2"),
        ([gzip.compress(b'{"seq":1}\n' * 99)[:20]], "cannot be read beyond"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_damaged_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], contents: list[bytes | None], fault: str
) -> None:
    """What is missing or torn is said with its place, and the command fails."""
    for part, content in enumerate(contents):
        if content is not None:
            suffix = ".gz" if content.startswith(b"\x1f") else ""
            (tmp_path / f"{WORKER}.{part:04}.jsonl{suffix}").write_bytes(content)
    assert main(["verify", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert "NOT WHOLE" in printed
    assert fault in printed


@pytest.mark.parametrize("name", ["", "absent"])
def test_no_log(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """A folder without a log is no whole log."""
    assert main(["verify", str(tmp_path / name)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
