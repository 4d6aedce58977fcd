"""Reading a log, whatever its files are and however they end."""

import gzip
from pathlib import Path

import polars as pl
import pytest
import zstandard

from experiments.errors import ExperimentError
from experiments.report.log import read_log
from experiments.report.playbacks import Playbacks, playbacks
from tests.unit.experiments.logs import WriteLog, session

ROWS = session(1, [1, 0.5, 0], "C") + session("2", [1, 0.25], "T1")


def _is_the_log(read: Playbacks) -> bool:
    users = read.rows["user"].cast(pl.String).to_list()
    treatments = [read.assignments[text]["EXP"] for text in read.rows["experiments"]]
    return users == ["1", "1", "1", "2", "2"] and treatments == ["C"] * 3 + ["T1"] * 2


def test_lines_plain_and_packed_are_one_log(write_log: WriteLog, tmp_path: Path) -> None:
    """JSON lines, gzip and zstd give the same playbacks."""
    plain = Path(write_log(ROWS))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "a.jsonl.zst").write_bytes(zstandard.compress(plain.read_bytes()))
    for name in ("log.jsonl", "a.jsonl.gz", "a.jsonl.zst"):
        assert _is_the_log(playbacks(read_log(str(tmp_path / name))))


def test_a_folder_of_rotated_files_is_one_log(write_log: WriteLog, tmp_path: Path) -> None:
    """The numbered files of a rotation belong to the log; what is not yet finished, and so hidden, does not."""
    lines = Path(write_log(ROWS)).read_bytes().splitlines(keepends=True)
    folder = tmp_path / "rotated"
    folder.mkdir()
    (folder / "events.0.jsonl.gz").write_bytes(gzip.compress(lines[0]))
    (folder / "events.jsonl.2.gz").write_bytes(gzip.compress(lines[1]))
    (folder / "events.jsonl.1").write_bytes(b"".join(lines[2:]))
    (folder / ".events.jsonl.gz").write_bytes(gzip.compress(b"".join(lines))[:30])
    assert _is_the_log(playbacks(read_log(str(folder))))


def test_parquet_is_a_log_too(write_log: WriteLog, tmp_path: Path) -> None:
    """Parquet gives the same playbacks, the experiments in a struct or as text."""
    frame = pl.read_ndjson(write_log([row | {"user": str(row["user"])} for row in ROWS]))
    frame.write_parquet(tmp_path / "struct.parquet")
    frame.with_columns(pl.col("experiments").struct.json_encode()).write_parquet(tmp_path / "text.parquet")
    for name in ("struct.parquet", "text.parquet"):
        assert _is_the_log(playbacks(read_log(str(tmp_path / name))))


def test_a_folder_and_a_glob_are_one_log(write_log: WriteLog, tmp_path: Path) -> None:
    """The files of a folder, and those that a glob finds, are read together."""
    write_log(ROWS[:3], "1.jsonl")
    write_log(ROWS[3:], "2.jsonl")
    (tmp_path / "notes.txt").write_text("no log")
    assert _is_the_log(playbacks(read_log(str(tmp_path))))
    assert _is_the_log(playbacks(read_log(str(tmp_path / "*.jsonl"))))


@pytest.mark.parametrize("broken", ['{"message": "next", "ti', "\x00\x00\x00", "[1, 2", '{"a": 1}}', '\x01{"a": 1}'])
def test_a_broken_line_costs_only_itself(write_log: WriteLog, broken: str) -> None:
    """A line cut off, wherever it stands, is counted and the others are read."""
    lines = playbacks(read_log(write_log([ROWS[0], broken, "  ", *ROWS[1:], broken])))
    assert _is_the_log(lines)
    assert lines.excluded == {"lines that are not complete JSON": 2}


def test_bytes_that_are_no_text_cost_only_their_line(write_log: WriteLog) -> None:
    """A line of bytes that are no UTF-8 is counted and the others are read."""
    path = Path(write_log(ROWS))
    path.write_bytes(path.read_bytes() + b"\xff\xfe\x9d\n")
    lines = playbacks(read_log(str(path)))
    assert _is_the_log(lines)
    assert lines.excluded == {"lines that are not complete JSON": 1}


def test_fields_of_a_wrong_kind_are_counted(write_log: WriteLog) -> None:
    """A row without its user, time stamp or message, or with an impossible time, is left out by its rule."""
    bad = [
        ROWS[0] | {"user": None},
        ROWS[0] | {"timestamp": "noon"},
        ROWS[0] | {"timestamp": 10**17},
        ROWS[0] | {"message": "skip"},
        ROWS[0] | {"time": 1.5},
        ROWS[0] | {"time": -0.1},
        ROWS[0] | {"time": None},
        ROWS[0] | {"time": "long"},
    ]
    read = playbacks(read_log(write_log([*ROWS, *bad])))
    assert _is_the_log(read)
    assert sorted(read.excluded.values()) == [4, 4]


def test_experiments_that_cannot_be_read_are_counted(write_log: WriteLog) -> None:
    """A row whose experiments are text or a list takes part in none and is counted; null and {} are fine."""
    values: list[object] = ["C", ["EXP"], None, {}]
    odd = [ROWS[0] | {"experiments": value} for value in values]
    read = playbacks(read_log(write_log([*ROWS, *odd])))
    assert read.excluded == {"rows whose experiments are not an object": 2}


def test_a_request_sent_again_counts_once(write_log: WriteLog) -> None:
    """A row that repeats a playback at its place in its session is left out and counted; a track heard again stays."""
    rows = [ROWS[0] | {"session": "s", "position": position, "track": 5, "time": 0.5} for position in (0, 1, 1)]
    read = playbacks(read_log(write_log(rows)))
    assert read.rows.height == 2
    assert list(read.excluded.values()) == [1]


@pytest.mark.parametrize("name", [1, "1"])
def test_who_asked_to_be_forgotten_is_in_no_report(write_log: WriteLog, name: int | str) -> None:
    """A tombstone takes a user's events up to its time, their own kind of id or not, and counts them with itself."""
    latest = max(row["timestamp"] for row in ROWS[:3])
    tombstone = {"message": "forget", "timestamp": latest, "user": name}
    later = [row | {"timestamp": latest + 1 + row["timestamp"]} for row in session(1, [1], "C")]
    read = playbacks(read_log(write_log([tombstone, *ROWS, *later])))
    assert read.rows["user"].cast(pl.String).to_list() == ["1", "2", "2"]
    assert read.excluded["events of users who asked to be forgotten"] == 4


def test_a_log_of_the_forgotten_is_empty(write_log: WriteLog) -> None:
    """Where nobody is left there is nothing to report on, and the sentence says why."""
    tombstones = [{"message": "forget", "timestamp": 2**53, "user": user} for user in (1, 2)]
    with pytest.raises(ExperimentError, match="asked to be forgotten"):
        read_log(write_log([*ROWS, *tombstones]))


def test_a_latency_that_was_never_measured_is_no_figure(write_log: WriteLog) -> None:
    """A negative or absurd latency is left out of the means; its playback stays."""
    rows = [ROWS[0] | {"latency": -1}, ROWS[1] | {"latency": 1e300}, ROWS[2]]
    assert playbacks(read_log(write_log(rows))).rows["latency"].to_list() == [None, None, 0.002]


@pytest.mark.parametrize("lines", [[], [""], ["", ""]])
def test_an_empty_log_is_said_so(write_log: WriteLog, lines: list[str]) -> None:
    """A log without a readable event is refused with a sentence."""
    with pytest.raises(ExperimentError, match="is empty"):
        read_log(write_log(lines))


@pytest.mark.parametrize("lines", [["{"], ["y{"], ["x", "y{", ""]])
def test_a_log_of_broken_lines_is_no_empty_log(write_log: WriteLog, lines: list[str]) -> None:
    """A log of which no line can be read is refused as no playback log."""
    with pytest.raises(ExperimentError, match=r"No line of the log .* is a JSON object"):
        read_log(write_log(lines))


def test_no_log_is_said_so(tmp_path: Path) -> None:
    """A path where nothing is, or a folder without a log, is refused with a sentence."""
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(ExperimentError, match="There is no log at"):
            read_log(str(path))


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path, write_log: WriteLog) -> None:
    """A gzip file cut in the middle and a Parquet file of something else are refused with a sentence."""
    packed = gzip.compress(Path(write_log(ROWS)).read_bytes())
    (tmp_path / "cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "fake.parquet").write_text("nothing of the kind")
    for name in ("cut.jsonl.gz", "fake.parquet"):
        with pytest.raises(ExperimentError, match="cannot be read"):
            read_log(str(tmp_path / name))
