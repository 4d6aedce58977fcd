"""However a log is stored and split, the artifacts are the same."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import polars as pl
import pytest
import zstandard

from preprocessing.artifacts import Artifacts
from preprocessing.errors import InputError
from preprocessing.schemas import LOG_SCHEMA, NEEDED_COLUMNS
from preprocessing.sources import find_files, read_blocks
from preprocessing.tables import read_table

Row = dict[str, Any]
Preprocess = Callable[..., Artifacts]
MakeEvent = Callable[..., Row]
ToLines = Callable[[Sequence[Row | bytes]], bytes]


def contents(artifacts: Artifacts) -> dict[str, str]:
    """Return the checksum of every file."""
    return {name: file.sha256 for name, file in artifacts.manifest.files.items()}


@pytest.fixture
def rows(make_event: MakeEvent) -> list[Row]:
    """Two users, two sessions each."""
    return [
        make_event(user, track, time, start + place * 60)
        for user in (1, 2)
        for start in (0, 7200)
        for place, (track, time) in enumerate([(10, 1.0), (20 + user - 1, 0.9), (30, 0.1)])
    ]


@pytest.mark.parametrize("kind", ["jsonl.gz", "jsonl.zst", "pzstd", "parquet", "folder", "dirty.zst"])
def test_every_format_gives_the_same_artifacts(
    preprocess: Preprocess, to_lines: ToLines, rows: list[Row], tmp_path: Path, kind: str
) -> None:
    """Compressed, as Parquet, or split over a folder's files, a log is the same log."""
    text = to_lines(rows)
    if kind == "jsonl.gz":
        (tmp_path / "log.jsonl.gz").write_bytes(gzip.compress(text))
    elif kind == "jsonl.zst":
        (tmp_path / "log.jsonl.zst").write_bytes(zstandard.compress(text))
    elif kind == "pzstd":  # its frames say how long they are, each in one that is to be skipped
        frames = [zstandard.compress(to_lines(some)) for some in (rows[:5], rows[5:])]
        sizes = [bytes.fromhex("5e2a4d18 04000000") + len(frame).to_bytes(4, "little") for frame in frames]
        (tmp_path / "log.jsonl.zst").write_bytes(sizes[0] + sizes[0] + frames[0] + sizes[1] + frames[1])
    elif kind == "dirty.zst":
        dirty = b'\x01{}\n"\xff\x00"\n' + text + b'{}\x01{}\n{"mess'
        (tmp_path / "log.jsonl.zst").write_bytes(zstandard.compress(dirty))
    elif kind == "parquet":
        pl.DataFrame(rows).write_parquet(tmp_path / "log.parquet")
    else:
        (tmp_path / "b" / "c").mkdir(parents=True)
        (tmp_path / "b" / "late.ndjson").write_bytes(to_lines(rows[7:9]))
        (tmp_path / "b" / "latest.jsonl.1").write_bytes(to_lines(rows[9:]))
        (tmp_path / "b" / "c" / "early.jsonl.2.gz").write_bytes(gzip.compress(to_lines(rows[:4])))
        pl.DataFrame(rows[4:7]).write_parquet(tmp_path / "middle.parquet")
        (tmp_path / "notes.txt").write_text("not a log")
    found = preprocess(tmp_path)
    assert contents(found) == contents(preprocess(rows))
    assert found.manifest.dropped["not_json"] == (4 if kind == "dirty.zst" else 0)


def test_a_glob_stands_for_its_files_and_no_file_is_read_twice(tmp_path: Path) -> None:
    """Names that overlap are one set of files."""
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).touch()
    assert len(find_files([str(tmp_path / "*.jsonl"), str(tmp_path), str(tmp_path / "a.jsonl")], "log")) == 2


@pytest.mark.parametrize("name", ["none.jsonl", "*.jsonl", "."])
def test_a_name_without_files_is_an_error(tmp_path: Path, name: str) -> None:
    """A missing file, an empty glob and an empty folder are refused by name."""
    with pytest.raises(InputError, match="log"):
        find_files([str(tmp_path / name)], "log")


def test_a_truncated_gzip_is_an_error_that_names_it(
    preprocess: Preprocess, to_lines: ToLines, rows: list[Row], tmp_path: Path
) -> None:
    """A file that cannot be decompressed is not silently half a log."""
    (tmp_path / "log.jsonl.gz").write_bytes(gzip.compress(to_lines(rows))[:-20])
    with pytest.raises(InputError, match=r"log\.jsonl\.gz cannot be read"):
        preprocess(tmp_path)


@pytest.mark.parametrize("length", [6, 8, 12])
def test_a_packed_file_that_ends_before_anything_is_an_error_that_names_it(tmp_path: Path, length: int) -> None:
    """Of a file of which only what is to be skipped is left, nothing is taken for lines."""
    path = tmp_path / "log.jsonl.zst"
    path.write_bytes(bytes.fromhex("502a4d18 04000000 00000000")[:length])
    with pytest.raises(InputError, match=r"log\.jsonl\.zst cannot be read: it ends before"):
        list(read_blocks(path))


def test_a_damaged_table_is_read_or_named(rows: list[Row], tmp_path: Path) -> None:
    """Whichever bits of a Parquet file flip, it is read or refused by name: a panic of the reader is a sentence too."""
    buffer = io.BytesIO()
    pl.DataFrame(rows).write_parquet(buffer)
    path, random, said = tmp_path / "log.parquet", Random(2), set()
    for _ in range(300):
        damaged = bytearray(buffer.getvalue())
        for _ in range(3):
            damaged[random.randrange(4, len(damaged))] ^= 1 << random.randrange(8)
        path.write_bytes(damaged)
        try:
            read_table(path, LOG_SCHEMA, needed=NEEDED_COLUMNS, text_of="user")
        except InputError as error:
            said.add(str(error).removeprefix(f"{path} cannot be read: "))
    assert "the file is damaged; write it anew, or leave it out" in said


def test_text_ids_are_numbered_by_code_point(
    preprocess: Preprocess, make_event: MakeEvent, catalogue_rows: list[Row]
) -> None:
    """Ids of any script find their rows, for tracks as for users."""
    names = ["é", "b", "a", "日本", "🎵"]
    catalogue = [row | {"track": name} for row, name in zip(catalogue_rows, names, strict=True)]
    artifacts = preprocess([make_event("ö", "🎵", 1.0), make_event("z", 7, 1.0)], catalogue)
    assert [artifacts.track_ids[row] for row in range(5)] == ["a", "b", "é", "日本", "🎵"]
    assert artifacts.track_plays.tolist() == [0, 0, 0, 0, 1]
    assert artifacts.user_ids.find("ö") == 0
    assert artifacts.manifest.dropped["unknown_track"] == 1


def test_parquet_of_other_types_is_read_alike(preprocess: Preprocess, rows: list[Row], tmp_path: Path) -> None:
    """Small integers, 32-bit times and real timestamps are what they say."""
    frame = pl.DataFrame(rows).with_columns(
        pl.col("user").cast(pl.Int16), pl.from_epoch("timestamp", time_unit="ms"), pl.col("time").cast(pl.Float32)
    )
    frame.write_parquet(tmp_path / "log.parquet")
    found, expected = preprocess(tmp_path), preprocess(rows)
    assert found.manifest.counts == expected.manifest.counts
    assert np.array_equal(found.track_appeal, expected.track_appeal)
