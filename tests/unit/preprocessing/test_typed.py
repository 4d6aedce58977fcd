"""How a line is read does not depend on the lines beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preprocessing.artifacts import Artifacts
from preprocessing.schemas import LOG_SCHEMA
from preprocessing.typed import read_lines
from tests.mangling import mangled

Row = dict[str, Any]
Preprocess = Callable[..., Artifacts]
MakeEvent = Callable[..., Row]

GOOD = b'{"message": "next", "timestamp": 1700000000000, "user": 1, "track": 10, "time": 0.5, "session": "s"}'
# What makes Polars refuse a block: a line that is no JSON, a number beyond the floats, half a character, a deep nest.
REFUSED = [
    b"junk",
    GOOD.replace(b"0.5", b"1e999"),
    GOOD.replace(b"0.5", b"1" * 400),
    GOOD[:-1] + b', "mood": [1e999]}',
    GOOD.replace(b'"s"', b'"\\ude00"'),
    GOOD.replace(b'"s"', b"[" * 300 + b"NaN" + b"]" * 300),
]


@pytest.mark.parametrize("refused", REFUSED, ids=lambda line: line[-30:].decode())
@pytest.mark.parametrize(
    ("line", "read"),
    [
        (GOOD.replace(b'"s"', b"9223372036854775808"), {"session": "9223372036854775808"}),
        (GOOD.replace(b'"s"', b"1e300"), {"session": "1" + "0" * 300}),
        (GOOD.replace(b'"s"', b'{"id": 1}'), {"session": '{"id": 1}'}),
        (GOOD.replace(b'"s"', b'[7, "\\u00e9"]'), {"session": '[7, "é"]'}),
        (GOOD.replace(b'"user": 1', b'"user": 1, "user": 2'), {"user": 1}),
    ],
    ids=["2**63", "1e300", "object", "array", "a key twice"],
)
def test_a_refused_line_changes_no_other(line: bytes, read: Row, refused: bytes) -> None:
    """Large numbers, nested values and repeated keys are read as they are where no line of the block is broken."""
    frame, _, _ = read_lines(b"\n".join([line, refused, GOOD]), LOG_SCHEMA)
    assert frame.row(0, named=True).items() >= read.items()
    assert frame.row(-1, named=True) == json.loads(GOOD) | {"position": None, "request": None}


@pytest.mark.parametrize("refused", REFUSED[1:5], ids=lambda line: line[-30:].decode())
def test_of_a_refused_object_the_plain_values_are_kept(refused: bytes) -> None:
    """An object with one value that Polars cannot read is a row of its other values."""
    frame, _, broken = read_lines(refused, LOG_SCHEMA)
    assert broken == 0
    assert frame.select("message", "timestamp", "user", "track").row(0) == ("next", 1_700_000_000_000, 1, 10)


@settings(max_examples=300, deadline=None)
@given(lines=st.lists(mangled(GOOD), max_size=5), at=st.integers(0, 5))
def test_wherever_junk_stands_the_rows_are_the_same(lines: list[bytes], at: int) -> None:
    """Of any lines, the rows with a broken line among them are those without it, and one line more is broken."""
    frame, _, broken = read_lines(b"\n".join(lines), LOG_SCHEMA)
    with_junk, _, more = read_lines(b"\n".join([*lines[:at], b"junk", *lines[at:]]), LOG_SCHEMA)
    assert with_junk.rows() == frame.rows()
    assert more == broken + 1


def test_a_broken_line_leaves_the_artifacts_as_they_are(preprocess: Preprocess, make_event: MakeEvent) -> None:
    """Sessions that are named by numbers beyond 64 bits are sessions with a line of junk in the log, too."""
    rows = [make_event(1, 10, 0.9, at_s, session=2**63 + at_s, position=0) for at_s in range(3)]
    clean, dirty = preprocess(rows), preprocess([*rows, b"junk"])
    assert dirty.manifest.files == clean.manifest.files
    assert dirty.manifest.counts == clean.manifest.counts
