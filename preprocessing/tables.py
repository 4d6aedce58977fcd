"""Parquet files, read into the same columns as JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from preprocessing.errors import InputError
from preprocessing.typed import Schema


def is_parquet(path: Path) -> bool:
    """Return whether a file is read as Parquet, by its name."""
    return path.suffix == ".parquet"


def read_table(path: Path, schema: Schema, *, needed: Sequence[str], text_of: str) -> pl.DataFrame:
    """Return a Parquet file's columns, cast to a schema, with ``<text_of>_text`` for a column of two types.

    Raises:
        InputError: The file cannot be read, or lacks a needed column.
    """
    try:
        return typed(pl.scan_parquet(path), str(path), schema, needed=needed, text_of=text_of)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    # What Polars does not expect in a file, a bit that flipped in it, is no exception of its own but a panic.
    except pl.exceptions.PanicException as error:
        raise InputError(f"{path} cannot be read: the file is damaged; write it anew, or leave it out") from error


def typed(frame: pl.LazyFrame, source: str, schema: Schema, *, needed: Sequence[str], text_of: str) -> pl.DataFrame:
    """Return a table's columns, cast to a schema, with ``<text_of>_text`` for a column of two types.

    Raises:
        InputError: It lacks a needed column.
    """
    held = frame.collect_schema()
    for column in needed:
        if column not in held:
            raise InputError(f"{source} lacks the column '{column}'")
    columns = [_cast(name, held.get(name), dtype).alias(name) for name, dtype in schema.items()]
    text = _cast(text_of, held[text_of], pl.String).alias(f"{text_of}_text")
    return frame.select(*columns, text).collect()


def _cast(name: str, held: pl.DataType | None, wanted: type[pl.DataType] | pl.DataType) -> pl.Expr:
    """Return a column in its wanted type; a column of quite another type is null, as in JSON."""
    column = pl.col(name)
    if held is None:
        return pl.lit(None, dtype=wanted)
    if wanted == pl.Float64 and isinstance(held, pl.Datetime):
        return column.dt.epoch("ms").cast(pl.Float64)
    texts = wanted == pl.String or isinstance(wanted, pl.Enum)
    fits = (
        held in (pl.String, pl.Categorical, pl.Enum)
        if texts
        else held.is_integer() or (wanted == pl.Float64 and held.is_numeric())
    )
    return column.cast(wanted, strict=False) if fits else pl.lit(None, dtype=wanted)
