"""What is kept for the next run, where the disk is full, the folder is read only, or a run was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from typing import Any

import numpy as np
import polars as pl
import pytest

from preprocessing.__main__ import main
from preprocessing.all_events import OfAllEvents
from preprocessing.artifacts import load
from preprocessing.learned_before import LearnedBefore
from preprocessing.parts import Part, Parts

Row = dict[str, Any]
ROWS = pl.DataFrame({"user": range(20_000)})
WRITER = """
import sys, time
from pathlib import Path
from preprocessing.kept import Kept
def write(file):
    file.write(b"half of it")
    file.flush()
    print("writing", flush=True)
    time.sleep(60)
Kept(Path(sys.argv[1]), ".npz").keep("key", write)
"""


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let no file grow larger, in bytes; writing on fails as it does where a disk is full."""
    soft, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))


def part() -> Part:
    """Return a part of some 80 KB."""
    return Part(ROWS, len(ROWS), Counter(), Counter())


def test_a_full_disk_keeps_nothing_and_fails_nothing(tmp_path: Path) -> None:
    """Neither a part nor what was learned is kept then, no file of either is left, and both are kept the next time."""
    parts, before = Parts(tmp_path, "catalogue"), LearnedBefore(tmp_path)
    made = OfAllEvents({"user_group": np.arange(20_000)}, None)
    with files_up_to(10_000):
        parts.keep("file", part())
        before.keep("0", made)
    assert list(tmp_path.iterdir()) == []
    parts.keep("file", part())
    before.keep("0", made)
    assert (found := parts.find("file")) is not None
    assert found.rows.equals(ROWS)
    assert (learned := before.find("0")) is not None
    assert np.array_equal(np.asarray(learned.columns["user_group"]), np.arange(20_000))


def test_a_run_on_a_full_disk_makes_its_version(
    tmp_path: Path,
    make_event: Callable[..., Row],
    to_lines: Callable[[Sequence[Row | bytes]], bytes],
    catalogue_rows: list[Row],
) -> None:
    """Where parts do not fit and a version does, the run ends well, and leaves no part."""
    rng = Random(5)
    (tmp_path / "tracks.jsonl").write_bytes(to_lines(catalogue_rows))
    (tmp_path / "log").mkdir()
    for day in range(2):
        rows = [make_event(1, 10, 1.0, at_s, session=rng.randbytes(40).hex()) for at_s in range(2000)]
        (tmp_path / "log" / f"{day}.jsonl").write_bytes(to_lines(rows))
    arguments = ["--catalogue", str(tmp_path / "tracks.jsonl"), "--log", str(tmp_path / "log")]
    with files_up_to(50_000):
        assert main([*arguments, "--artifacts", str(tmp_path / "artifacts")]) == 0
    assert load(tmp_path / "artifacts").manifest.counts.events == 4000
    assert list((tmp_path / "artifacts" / ".parts").iterdir()) == []


def test_what_cannot_be_removed_stays(tmp_path: Path) -> None:
    """A part of no file that the system will not remove (here a folder is in its place) fails nothing."""
    (tmp_path / "0.parquet").mkdir()
    parts = Parts(tmp_path, "catalogue")
    parts.keep("file", part())
    parts.forget_others()
    assert parts.find("file") is not None


@pytest.mark.parametrize("suffix", ["parquet", "npz"])
def test_a_flipped_bit_is_noticed(tmp_path: Path, suffix: str) -> None:
    """Whichever bit flips, nothing is found, and the file is removed; as it was written it is found."""
    Parts(tmp_path, "catalogue").keep("file", part())
    LearnedBefore(tmp_path).keep("0", OfAllEvents({"user_group": np.arange(99)}, None))
    (kept,) = tmp_path.glob(f"*.{suffix}")

    def found() -> object:
        return Parts(tmp_path, "catalogue").find("file") if suffix == "parquet" else LearnedBefore(tmp_path).find("0")

    good, rng = kept.read_bytes(), Random(1)
    for place in [*range(40), *rng.sample(range(len(good)), 80), *range(len(good) - 40, len(good))]:
        bad = bytearray(good)
        bad[place] ^= 1 << rng.randrange(8)
        kept.write_bytes(bad)
        assert found() is None
        assert not kept.exists()
    kept.write_bytes(good)
    assert found() is not None


@pytest.mark.parametrize("sweep", ["by the parts", "by what is learned"])
def test_what_a_killed_run_left_is_removed(tmp_path: Path, sweep: str) -> None:
    """A half written file stays while the process lives that writes it, and goes in the run after its end."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        for alive in (True, False):
            if sweep == "by the parts":
                Parts(tmp_path, "catalogue").forget_others()
            else:
                LearnedBefore(tmp_path).forget()
            assert len(list(tmp_path.iterdir())) == alive
            writer.send_signal(signal.SIGKILL)
            writer.wait()
