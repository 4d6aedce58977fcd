"""However a log is mangled, the report reads what is good in it and counts the rest."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.errors import ExperimentError
from experiments.report.log import read_log
from experiments.report.playbacks import playbacks
from tests.unit.experiments.logs import session

GOOD = [json.dumps(row).encode() for row in session("good", [1, 0.5, 0.25], "C")]
LINE = json.dumps(session("bad", [0.5], "T1")[0]).encode()
# What a line of the log may hold after an accident, or by somebody's ill will, in the place of a value.
VALUES = st.sampled_from(
    [b"1" * 400, b"-" + b"9" * 30, b"1e999", b"NaN", b"null", b"true", b'"\\ud800"', b'"\\u0000"', b'"\x00"', b'"\xff"',
     b"[" * 3000, b"[" * 300 + b"]" * 300, b'{"a":' * 200 + b"1" + b"}" * 200, b"", b'"', b'{"EXP": "C"}', b"-0.0"]
)  # fmt: skip
FIELDS = st.sampled_from(sorted(json.loads(LINE)))
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """Return one line: cut, with bytes in its midst, with another value for a field, or with a field twice."""
    kind = draw(st.sampled_from(["cut", "bytes", "value", "twice"]))
    if kind == "cut":
        return LINE[: draw(st.integers(0, len(LINE)))]
    if kind == "bytes":
        at = draw(st.integers(0, len(LINE)))
        return (LINE[:at] + draw(st.binary(max_size=6)) + LINE[at:]).replace(b"\n", b" ").replace(b"\r", b" ")
    field = json.dumps(draw(FIELDS)).encode()
    if kind == "twice":
        return b"{" + field + b": " + draw(VALUES) + b", " + LINE[1:]
    values = {json.dumps(name).encode(): json.dumps(value).encode() for name, value in json.loads(LINE).items()}
    values[field] = draw(VALUES)
    return b"{" + b", ".join(name + b": " + value for name, value in values.items()) + b"}"


@FEW
@given(
    bad=st.lists(mangled(), max_size=5),
    ends=st.sampled_from([b"\n", b"\r\n"]),
    last=st.booleans(),
    at=st.integers(0, 3),
)
def test_good_lines_are_read_whatever_stands_between(
    tmp_path: Path, bad: list[bytes], ends: bytes, last: bool, at: int
) -> None:
    """Every good line is a playback, whichever lines are broken and however lines end."""
    lines = [*GOOD[:at], *bad, *GOOD[at:]]
    (tmp_path / "log.jsonl").write_bytes(ends.join(lines) + (ends if last else b""))
    users = playbacks(read_log(str(tmp_path / "log.jsonl"))).rows["user"].cast(pl.String).to_list()
    assert users.count("good") == len(GOOD)


@FEW
@given(kept=st.floats(0, 1), flipped=st.none() | st.floats(0, 0.999))
def test_a_packed_file_that_is_cut_or_damaged_is_read_or_named(
    tmp_path: Path, kept: float, flipped: float | None
) -> None:
    """A gzip file that ends too early, or in which a byte flipped, is a sentence with its name if it cannot be read."""
    whole = bytearray(gzip.compress(b"\n".join(GOOD * 20), mtime=0))
    packed = whole[: round(kept * len(whole))]
    if flipped is not None and packed:
        packed[int(flipped * len(packed))] ^= 0x10
    (tmp_path / "log.jsonl.gz").write_bytes(packed)
    try:
        log = read_log(str(tmp_path / "log.jsonl.gz"))
    except ExperimentError as error:
        assert "log.jsonl.gz" in str(error)  # noqa: PT017 - both are right
    else:
        assert playbacks(log).rows.height <= len(GOOD * 20)
