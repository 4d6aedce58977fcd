"""However a log is mangled, the report reads what is good in it and counts the rest."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.errors import ExperimentError
from experiments.report.log import read_log
from experiments.report.playbacks import playbacks
from tests.mangling import in_a_file, mangled, packed
from tests.unit.experiments.logs import session

GOOD = [json.dumps(row).encode() for row in session("good", [1, 0.5, 0.25], "C")]
LINE = json.dumps(session("bad", [0.5], "T1")[0]).encode()
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(data=st.data(), bad=st.lists(mangled(LINE), max_size=5), at=st.integers(0, 3))
def test_good_lines_are_read_whatever_stands_between(
    tmp_path: Path, data: st.DataObject, bad: list[bytes], at: int
) -> None:
    """Every good line is a playback, whichever lines are broken and however lines end."""
    (tmp_path / "log.jsonl").write_bytes(data.draw(in_a_file([*GOOD[:at], *bad, *GOOD[at:]])))
    users = playbacks(read_log(str(tmp_path / "log.jsonl"))).rows["user"].cast(pl.String).to_list()
    assert users.count("good") == len(GOOD)


@FEW
@given(content=packed(b"\n".join(GOOD * 20)))
def test_a_packed_file_that_is_cut_or_damaged_is_read_or_named(tmp_path: Path, content: bytes) -> None:
    """A gzip file that ends too early, or in which a byte flipped, is a sentence with its name if it cannot be read."""
    (tmp_path / "log.jsonl.gz").write_bytes(content)
    try:
        log = read_log(str(tmp_path / "log.jsonl.gz"))
    except ExperimentError as error:
        assert "log.jsonl.gz" in str(error)  # noqa: PT017 - both are right
    else:
        assert playbacks(log).rows.height <= len(GOOD * 20)
