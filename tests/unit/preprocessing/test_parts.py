"""One more day of a log: files that were read before are not parsed again, and nothing differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from preprocessing import ingest
from preprocessing.__main__ import main
from preprocessing.artifacts import Manifest, load

Row = dict[str, Any]
MakeEvent = Callable[..., Row]
ToLines = Callable[[Sequence[Row | bytes]], bytes]
DAY_S = 86_400


@pytest.fixture
def days(tmp_path: Path, make_event: MakeEvent, to_lines: ToLines, catalogue_rows: list[Row]) -> list[Path]:
    """Three days, each a file that is not yet in the log; sessions go on past midnight, and each has bad rows."""
    (tmp_path / "tracks.jsonl").write_bytes(to_lines(catalogue_rows))
    (tmp_path / "log").mkdir()
    rng = Random(7)
    files = []
    for day in range(3):
        rows: list[Row | bytes] = [b"not JSON", make_event(1, 99, 1.0, day * DAY_S)]
        for _ in range(150):
            at_s = day * DAY_S + rng.choice([0, 60, 120, DAY_S - 60, DAY_S - 120, rng.randrange(DAY_S)])
            rows.append(make_event(rng.randrange(12), rng.choice([10, 11, 20, 21, 30]), round(rng.random(), 2), at_s))
        rows += [make_event(3, 10, 1.0, day * DAY_S + n, session="s", position=n, request=f"r{n % 2}") for n in (0, 2)]
        files.append(tmp_path / f"day{day}.jsonl")
        files[-1].write_bytes(to_lines(rows))
    return files


def run(root: Path, artifacts: str) -> Manifest:
    """Preprocess what the log holds by now."""
    arguments = ["--catalogue", str(root / "tracks.jsonl"), "--log", str(root / "log")]
    assert main([*arguments, "--artifacts", str(root / artifacts)]) == 0
    return load(root / artifacts).manifest


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are parsed from now on."""
    names: list[str] = []
    read_file = ingest.read_file

    def noted(path: Path, *arguments: Any) -> Any:  # noqa: ANN401 - handed on as they are
        names.append(path.name)
        return read_file(path, *arguments)

    monkeypatch.setattr(ingest, "read_file", noted)
    return names


def test_one_more_day_is_all_that_is_parsed(days: list[Path], tmp_path: Path, parsed: list[str]) -> None:
    """The third day is added to two; every file and every count is that of a run that parses all three."""
    for day in days[:2]:
        day.rename(tmp_path / "log" / day.name)
    run(tmp_path, "artifacts")
    parsed.clear()
    days[2].rename(tmp_path / "log" / days[2].name)
    grown = run(tmp_path, "artifacts")
    assert parsed == ["day2.jsonl"]
    whole = run(tmp_path, "anew")
    assert (grown.files, grown.counts, grown.dropped) == (whole.files, whole.counts, whole.dropped)
    assert (grown.dropped["not_json"], grown.dropped["unknown_track"]) == (3, 3)


def test_what_changed_is_parsed_again(days: list[Path], tmp_path: Path, parsed: list[str]) -> None:
    """A changed file, a part with a flipped bit and another catalogue are noticed; parts of no file are removed."""
    for day in days:
        day.rename(tmp_path / "log" / day.name)
    whole = run(tmp_path, "artifacts")
    parts = tmp_path / "artifacts" / ".parts"
    for part in parts.glob("*.parquet"):
        damaged = bytearray(part.read_bytes())
        damaged[len(damaged) // 3] ^= 1
        part.write_bytes(damaged)
    parsed.clear()
    assert run(tmp_path, "artifacts").files == whole.files
    assert parsed == ["day0.jsonl", "day1.jsonl", "day2.jsonl"]
    changed = tmp_path / "log" / "day1.jsonl"
    changed.write_bytes(b"".join(changed.read_bytes().splitlines(keepends=True)[:-9]))
    parsed.clear()
    assert run(tmp_path, "artifacts").files != whole.files
    assert parsed == ["day1.jsonl"]
    assert len(list(parts.glob("*.parquet"))) == 3
    with (tmp_path / "tracks.jsonl").open("a") as catalogue:
        catalogue.write('{"track": 99, "artist": "C", "title": "late"}\n')
    parsed.clear()
    assert run(tmp_path, "artifacts").dropped["unknown_track"] == 0
    assert len(parsed) == 3


def test_a_file_that_is_read_in_another_way_is_read_again(days: list[Path], tmp_path: Path, parsed: list[str]) -> None:
    """A table that is named as lines has no row, and all once it is renamed; a rotated file is not read again."""
    days[0].rename(tmp_path / "log" / "0.jsonl")
    misnamed = tmp_path / "log" / "1.jsonl"
    pl.read_ndjson(days[1].read_bytes().partition(b"\n")[2]).write_parquet(misnamed)
    lines = run(tmp_path, "artifacts")
    misnamed.rename(misnamed.with_suffix(".parquet"))
    (tmp_path / "log" / "0.jsonl").rename(tmp_path / "log" / "0.jsonl.1")
    parsed.clear()
    table = run(tmp_path, "artifacts")
    assert parsed == ["1.parquet"]
    assert table.counts.events > lines.counts.events
    assert table.files == run(tmp_path, "anew").files
