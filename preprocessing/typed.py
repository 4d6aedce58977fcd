"""From a block of JSON lines, whatever is in them, to a typed frame."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

import polars as pl

Schema = Mapping[str, type[pl.DataType] | pl.DataType]

_LARGEST = sys.float_info.max


def read_lines(block: bytes, schema: Schema) -> tuple[pl.DataFrame, bytes, int]:
    """Return a block's rows, the block without the lines that are no JSON object, and how many those were.

    A value that is not of its column's type is null. A text column also takes numbers and booleans, see
    ``read_text``, and what is nested as its text. How a line is read does not depend on the lines beside it.
    """
    try:
        frame = _parse(block, schema)
    except pl.exceptions.ComputeError:
        frame = None
    # An array or a number is a row of nulls to Polars, and so is an object without any of the columns.
    if frame is not None and not _has_empty_row(frame):
        return frame, block, 0
    block, broken = _without_broken_lines(block, schema)
    return _parse(block, schema), block, broken


def read_text(block: bytes, column: str) -> pl.Series:
    """Return a column's texts, null where its value is of another JSON type.

    Polars reads 7 and true as the texts "7" and "true". Read once more as numbers and as booleans, they tell.
    """
    text, number, truth = (_parse(block, {column: dtype})[column] for dtype in (pl.Binary, pl.Float64, pl.Boolean))
    is_text = number.is_null() & truth.is_null()
    return pl.select(pl.when(is_text).then(text.cast(pl.String)).alias(column)).to_series()


def _parse(block: bytes, schema: Schema) -> pl.DataFrame:
    if not block or block.isspace():
        return pl.DataFrame(schema=dict(schema))
    return pl.read_ndjson(block, schema=dict(schema), ignore_errors=True)


def _has_empty_row(frame: pl.DataFrame) -> bool:
    if any(not column.null_count() for column in frame):
        return False
    return bool(frame.select(pl.all_horizontal(pl.all().is_null()).any()).item())


def _without_broken_lines(block: bytes, schema: Schema) -> tuple[bytes, int]:
    """Return the objects of a block and the number of other lines.

    An object is the text that it was, so that it is read as it would be without the other lines.
    """
    kept: list[str] = []
    broken = 0
    for line in block.decode("utf-8", errors="replace").split("\n"):
        text = line.strip().removeprefix("\ufeff")
        if not text:
            continue
        try:
            row = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            broken += 1
        elif all(map(_is_in_range, row.values())):
            kept.append(text)
        else:
            kept.append(_reduced(text, schema))
    return "\n".join(_parsable(kept, schema)).encode(), broken


def _parsable(objects: list[str], schema: Schema) -> list[str]:
    """Return objects, those reduced that Polars does not parse: it refuses a whole block for one of them."""
    try:
        _parse("\n".join(objects).encode(), schema)
    except pl.exceptions.ComputeError:
        if len(objects) == 1:
            return [_reduced(objects[0], schema)]
        half = len(objects) // 2
        return _parsable(objects[:half], schema) + _parsable(objects[half:], schema)
    return objects


def _reduced(text: str, schema: Schema) -> str:
    """Return an object with nothing but plain values of the columns; of a repeated key the first, as Polars takes."""
    row = json.loads(text, object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    return json.dumps({name: row[name] for name in schema if _is_plain(row.get(name))})


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _is_in_range(value: Any) -> bool:  # noqa: ANN401
    """Return whether a value is no number beyond those that Polars parses."""
    return not isinstance(value, int | float) or -_LARGEST <= value <= _LARGEST


def _is_plain(value: Any) -> bool:  # noqa: ANN401
    """Return whether a value is one that Polars parses whatever it is: no large number, no half character, no nest."""
    if isinstance(value, int | float):
        return -(2**63) <= value < 2**63
    return isinstance(value, str) and value.encode(errors="ignore").decode() == value
