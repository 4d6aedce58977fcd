"""The engine spark against one machine: every file of the artifacts, and every count."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from preprocessing.artifacts import load
from preprocessing.artifacts.lock import LOCK
from preprocessing.sample.write import write_sample
from preprocessing.spark.session import missing
from tests.service import ROOT

LACKING = missing()
needs_spark = pytest.mark.skipif(LACKING is not None, reason=str(LACKING))


def run(
    place: str, artifacts: str, *options: str, configuration: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Preprocess what a folder holds, or what lies behind a URL; Spark may have a folder of its own settings."""
    names = ["--catalogue", f"{place}/tracks.jsonl", "--log", f"{place}/log", "--artifacts", f"{place}/{artifacts}"]
    return subprocess.run(
        [sys.executable, "-m", "preprocessing", *names, *options],
        cwd=ROOT,
        env=os.environ | ({"SPARK_CONF_DIR": str(configuration)} if configuration else {}),
        capture_output=True,
        text=True,
        check=False,
    )


def write_log(folder: Path, *, texts: bool) -> None:
    """Write a sample as plain lines, packed lines and a table, with rows of every kind that is left out."""
    write_sample(folder, 300, 120, 4000, 3)
    rows = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    named = {"session": "s", "position": 0, "request": "r"}
    rows += [rows[3999] | named, rows[3999] | named, rows[1] | {"track": -1}, rows[2] | {"time": 2}]
    rows.append({"message": "forget", "user": rows[3]["user"], "timestamp": rows[2000]["timestamp"]})
    rows.append(rows[5] | {"user": "a text"})
    if texts:
        for row in rows[:-1]:
            row["user"] = f"listener {row['user']}"
        rows[-1]["user"] = 7
    lines = [json.dumps(row).encode() for row in rows] + [b"not JSON", b"\xff", b""]
    log = folder / "log"
    (log / "older").mkdir(parents=True)
    (log / "new.jsonl").write_bytes(b"\n".join(lines[3000:]))
    (log / "older" / "old.jsonl.1.gz").write_bytes(gzip.compress(b"\n".join(lines[1500:3000])))
    pl.DataFrame(rows[:1500]).drop("experiments").write_parquet(log / "oldest.parquet")


@needs_spark
@pytest.mark.parametrize("scheme", ["file", "viewfs"])
def test_spark_makes_the_same_bytes(tmp_path: Path, scheme: str) -> None:
    """Over four partitions and URLs, every file has the checksum that one machine gives it.

    ``viewfs`` is a file system of Hadoop's that is mounted on others, here on a folder: nothing but Hadoop finds what
    lies there, as on HDFS or in an object store.
    """
    write_log(tmp_path, texts=scheme == "file")
    settled = ("--taste-playbacks", "3000") if scheme == "file" else ()  # else all playbacks are learned from
    assert run(str(tmp_path), "here", *settled).returncode == 0
    settings = tmp_path / "settings"
    settings.mkdir()
    mounted = f"spark.hadoop.fs.viewfs.mounttable.segue.linkFallback file://{tmp_path}\n"
    (settings / "spark-defaults.conf").write_text(mounted)
    place = f"file://{tmp_path}" if scheme == "file" else "viewfs://segue"
    done = run(place, "there", "--engine", "spark", "--master", "local[4]", *settled, configuration=settings)
    assert done.returncode == 0, done.stderr
    made = sorted(path for path in (tmp_path / "there").iterdir() if path.name != LOCK)
    assert [path.name for path in made[1:]] == ["current"] * (scheme == "file")
    here, there = load(tmp_path / "here").manifest, load(made[0]).manifest
    own = {"version", "created", "input_fingerprint"}  # when it was made, and how the input is known
    assert there.model_dump(exclude=own) == here.model_dump(exclude=own)
    assert here.taste is not None
    assert {rule for rule, count in there.dropped.items() if count} >= {
        "not_json",
        "unknown_track",
        "bad_time",
        "forgotten",
        "other_user_type",
        "repeated_request",
    }


@needs_spark
def test_spark_says_what_is_wrong_with_its_input(tmp_path: Path) -> None:
    """A log that is not there ends the run with a sentence and an exit code, and leaves nothing behind."""
    write_sample(tmp_path, 300, 120, 4000, 3)
    done = run(str(tmp_path), "artifacts", "--engine", "spark", "--master", "local[1]")
    assert done.returncode == 2
    assert f"the log {tmp_path}/log holds no file of JSON lines or Parquet, or does not exist" in done.stderr
    assert not (tmp_path / "artifacts").exists()


def cut_gzip(rows: list[dict[str, Any]], log: Path) -> None:
    """Write a log that ends in the midst of a file."""
    content = gzip.compress("\n".join(map(json.dumps, rows)).encode())
    (log / "cut.jsonl.gz").write_bytes(content[: len(content) // 2])


def damaged_table(rows: list[dict[str, Any]], log: Path) -> None:
    """Write a table whose end, which tells what it holds, is as it was; what it holds is not."""
    pl.DataFrame(rows).drop("experiments").write_parquet(log / "damaged.parquet")
    content = bytearray((log / "damaged.parquet").read_bytes())
    content[100:3000] = bytes(byte ^ 0x5A for byte in content[100:3000])
    (log / "damaged.parquet").write_bytes(content)


def no_table(_: list[dict[str, Any]], log: Path) -> None:
    """Write what is no table, by its name one."""
    (log / "none.parquet").touch()
    (log / "text.parquet").write_bytes(b"PAR1junkjunkPAR1")


def in_seconds(rows: list[dict[str, Any]], log: Path) -> None:
    """Write a log in another unit."""
    changed = [json.dumps(row | {"timestamp": row["timestamp"] // 1000}) for row in rows]
    (log / "seconds.jsonl").write_text("\n".join(changed))


@needs_spark
@pytest.mark.parametrize(
    ("write", "sentence"),
    [
        (cut_gzip, "cut.jsonl.gz cannot be read: the file is damaged, ends too early"),
        (damaged_table, "damaged.parquet cannot be read: the file is damaged, ends too early"),
        (no_table, "none.parquet cannot be read: it holds no table"),
        (in_seconds, "no row of the log can be used: no_timestamp in 4,000 of 4,000 rows"),
    ],
)
def test_spark_names_what_it_cannot_read(
    tmp_path: Path, write: Callable[[list[dict[str, Any]], Path], None], sentence: str
) -> None:
    """A damaged file, and a log without a usable row, ends the run with a sentence where Java threw its own errors."""
    write_sample(tmp_path, 300, 120, 4000, 3)
    (tmp_path / "log").mkdir()
    write([json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()], tmp_path / "log")
    done = run(str(tmp_path), "artifacts", "--engine", "spark", "--master", "local[1]")
    assert done.returncode == 2
    assert sentence in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "artifacts").exists()


def test_without_spark_the_command_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Java cannot be found, the run ends with what it lacks instead of a traceback."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    done = run(str(tmp_path), "artifacts", "--engine", "spark")
    assert done.returncode == 2
    assert "the engine spark cannot be used" in done.stderr
