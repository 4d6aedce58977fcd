"""Logs that the tests write, and the real one where it lies beside the project."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.unit.experiments.logs import Row, WriteLog

REAL_LOG = Path(__file__).parents[4] / "shared" / "data" / "botify" / "events.jsonl"


@pytest.fixture
def real_log() -> str:
    """The predecessor's log, read in place."""
    if not REAL_LOG.is_file():
        pytest.skip("the real log is not beside the project")
    return str(REAL_LOG)


@pytest.fixture
def write_log(tmp_path: Path) -> WriteLog:
    """Write rows, or lines as they are, to a log file and return its path."""

    def write(rows: Iterable[Row | str], name: str = "log.jsonl") -> str:
        path = tmp_path / name
        path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows))
        return str(path)

    return write
