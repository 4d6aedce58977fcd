"""However the lines of a log are mangled, the preprocessing keeps what is good and counts all the rest."""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preprocessing.catalogue import Catalogue, read_catalogue
from preprocessing.errors import InputError
from preprocessing.ingest import Log, read_log
from tests.mangling import in_a_file, mangled, packed
from tests.service import ROOT

REAL_LOG = Path(os.environ.get("REAL_DATA", ROOT.parent / "shared/data/botify")) / "events.jsonl"
FEW = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
MADE = [
    {"message": message, "timestamp": 1_700_000_000_000 + second, "user": 7, "track": 10 + second, "time": 0.5}
    for second, message in enumerate(["next"] * 8 + ["last"])
]


@pytest.fixture(scope="module", params=["made", "real"])
def log_lines(request: pytest.FixtureRequest) -> list[bytes]:
    """The good lines of one user, and behind them a line of another user, which is what gets mangled."""
    if request.param == "made":
        return [json.dumps(row).encode() for row in [*MADE, MADE[0] | {"user": 8}]]
    if not REAL_LOG.is_file():
        pytest.skip(f"the real log is not at {REAL_LOG}")
    lines = REAL_LOG.read_bytes().splitlines()
    users = [json.loads(line)["user"] for line in lines]
    busiest = max(set(users), key=users.count)
    good = [line for line, user in zip(lines, users, strict=True) if user == busiest]
    return [*good, next(line for line, user in zip(lines, users, strict=True) if user != busiest)]


@pytest.fixture(scope="module")
def catalogue(log_lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The tracks of these lines."""
    file = tmp_path_factory.mktemp("catalogue") / "tracks.jsonl"
    tracks = sorted({json.loads(line)["track"] for line in log_lines})
    file.write_text("".join(json.dumps({"track": track, "artist": "A", "title": "t"}) + "\n" for track in tracks))
    return read_catalogue([file])


def read(path: Path, content: bytes, catalogue: Catalogue) -> Log:
    """Return what is read of a file with this content."""
    path.write_bytes(content)
    return read_log({path: "digest"}, catalogue, lambda *_: None)


@FEW
@given(data=st.data())
def test_good_lines_are_kept_and_all_others_counted(
    log_lines: list[bytes], catalogue: Catalogue, tmp_path: Path, data: st.DataObject
) -> None:
    """Every good line is a row, in its order, whatever stands between; every other line is a row or counted once."""
    *good, line = log_lines
    bad = data.draw(st.lists(mangled(line), max_size=5))
    at = data.draw(st.integers(0, len(good)))
    log = read(tmp_path / "log.jsonl", data.draw(in_a_file([*good[:at], *bad, *good[at:]])), catalogue)
    filled = len(good) + sum(bool(one.decode(errors="replace").strip()) for one in bad)
    assert log.rows_read == filled
    assert len(log.events) + sum(log.dropped.values()) == filled
    user = log.user_ids.find(json.loads(good[0])["user"])
    kept = log.events.filter(pl.col("user_idx") == user)
    assert kept["timestamp"].to_list()[: len(good)] == [json.loads(one)["timestamp"] for one in good]


@FEW
@given(data=st.data())
def test_a_packed_log_that_is_cut_or_damaged_is_read_or_named(
    log_lines: list[bytes], catalogue: Catalogue, tmp_path: Path, data: st.DataObject
) -> None:
    """A gzip file that ends too early, or in which a bit flipped, is whole or is refused by its name."""
    content = data.draw(packed(b"\n".join(log_lines)))
    try:
        log = read(tmp_path / "log.jsonl.gz", content, catalogue)
    except InputError as error:
        assert "log.jsonl.gz" in str(error)  # noqa: PT017 - both are right
    else:
        assert len(log.events) in (0, len(log_lines))
