"""What a task finds, as rows of one schema: numbers by key, and chunks of arrays.

A portion of the log leaves findings of many kinds. As one table they are written in one pass, and read by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from preprocessing.artifacts import Ids, IntegerIds, Ragged, Texts

SCHEMA = "name string, portion int, a long, b long, value long, data binary"
_TYPES = {"name": pa.string(), "portion": pa.int32(), "a": pa.int64(), "b": pa.int64(), "value": pa.int64()}
_ARROW = pa.schema([*_TYPES.items(), ("data", pa.binary())])
# Rows that are handed to Spark at a time.
_BATCH_ROWS = 2**18

Column = NDArray[Any] | Ragged | Ids


def numbers(name: str, portion: int, a: Any, b: Any, value: Any) -> Iterator[pa.RecordBatch]:  # noqa: ANN401 - arrays or series
    """Yield one number per pair of keys."""
    frame = pl.DataFrame({"a": a, "b": b, "value": value}, schema=dict.fromkeys(("a", "b", "value"), pl.Int64))
    constants = (pl.lit(name).alias("name"), pl.lit(portion, dtype=pl.Int32).alias("portion"))
    columns = frame.select(*constants, "a", "b", "value", data=pl.lit(None, dtype=pl.Binary))
    yield from columns.to_arrow().cast(_ARROW).to_batches(_BATCH_ROWS)


def number(name: str, portion: int, value: int) -> Iterator[pa.RecordBatch]:
    """Yield one number."""
    yield from numbers(name, portion, [0], [0], [value])


def chunk(name: str, portion: int, data: bytes) -> Iterator[pa.RecordBatch]:
    """Yield the bytes of a part of an array."""
    row = {"name": name, "portion": portion, "a": 0, "b": 0, "value": 0, "data": data}
    yield pa.RecordBatch.from_pylist([row], schema=_ARROW)


def column(name: str, portion: int, part: Column) -> Iterator[pa.RecordBatch]:
    """Yield the chunks of a part of a column of the artifacts, see ``arrays_of``."""
    for suffix, array in arrays_of(part).items():
        yield from chunk(f"{name}{suffix}", portion, np.ascontiguousarray(array).tobytes())


def arrays_of(part: Column) -> Mapping[str, NDArray[Any]]:
    """Return what is left of a column when its parts are put end to end: lengths instead of offsets."""
    match part:
        case Ragged():
            return {".lengths": np.diff(part.offsets), ".values": part.values}
        case IntegerIds():
            return {"": part.values}
        case np.ndarray():
            return {"": part}
        case _:
            texts: Texts = part.values
            return {".lengths": np.diff(texts.offsets), ".values": texts.buffer}


def as_frame(batches: Iterable[pa.RecordBatch] | pa.Table) -> pl.DataFrame:
    """Return what Spark hands to a task."""
    table = batches if isinstance(batches, pa.Table) else pa.Table.from_batches(list(batches))
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table is no series
    return frame


def chunks_of(frame: pl.DataFrame, dtypes: Mapping[str, str]) -> dict[str, NDArray[Any]]:
    """Return the arrays of one portion by name."""
    data = dict(frame.select("name", "data").iter_rows())
    return {name: np.frombuffer(data[name], dtype=dtype) for name, dtype in dtypes.items()}
