"""A small world to preprocess, and the way through the whole pipeline."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from preprocessing.artifacts import Artifacts, load, publish
from preprocessing.parameters import Parameters
from preprocessing.pipeline import build
from preprocessing.progress import Reporter

Row = dict[str, Any]
Preprocess = Callable[..., Artifacts]

# Two tracks by A, two by B, one by C.
CATALOGUE = [
    {"track": 10, "artist": "A", "title": "a1"},
    {"track": 11, "artist": "A", "title": "a2"},
    {"track": 20, "artist": "B", "title": "b1"},
    {"track": 21, "artist": "B", "title": "b2"},
    {"track": 30, "artist": "C", "title": "c1"},
]


def event(user: object, track: object, time: object, at_s: int = 0, **more: object) -> Row:
    """Return a row of the log, ``at_s`` seconds after some noon."""
    row = {"message": "next", "timestamp": 1_700_000_000_000 + at_s * 1000}
    return row | {"user": user, "track": track, "time": time} | more


def lines(rows: Sequence[Row | bytes]) -> bytes:
    """Return rows as JSON lines; bytes stand for themselves."""
    return b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)


@pytest.fixture
def make_event() -> Callable[..., Row]:
    """How a row is made."""
    return event


@pytest.fixture
def to_lines() -> Callable[[Sequence[Row | bytes]], bytes]:
    """How rows become a file."""
    return lines


@pytest.fixture
def catalogue_rows() -> list[Row]:
    """The rows of the small catalogue."""
    return [dict(row) for row in CATALOGUE]


@pytest.fixture(scope="session")
def preprocess(tmp_path_factory: pytest.TempPathFactory) -> Preprocess:
    """Run the pipeline over rows, or over the files of a folder, and load what it wrote."""

    def run(log: Sequence[Row | bytes] | Path, catalogue: Sequence[Row] = CATALOGUE, **options: float) -> Artifacts:
        folder = tmp_path_factory.mktemp("run")
        (folder / "tracks.jsonl").write_bytes(lines(catalogue))
        if not isinstance(log, Path):
            (folder / "events.jsonl").write_bytes(lines(log))
            log = folder / "events.jsonl"
        reporter = Reporter(Console(file=io.StringIO()))
        built = build([str(folder / "tracks.jsonl")], [str(log)], Parameters(**options), reporter)
        return load(publish(folder / "artifacts", built.draft))

    return run
