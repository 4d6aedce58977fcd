"""The log: lines or tables in Spark's partitions, each judged by the function that one machine has for a block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
from pyspark import Broadcast, StorageLevel
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it

from preprocessing.catalogue import Catalogue
from preprocessing.errors import InputError
from preprocessing.ingest import check_usable, log_schema, read_block, read_rows
from preprocessing.parts import Part
from preprocessing.schemas import NEEDED_COLUMNS, RULES
from preprocessing.spark.findings import as_frame
from preprocessing.spark.storage import StoredFile
from preprocessing.spark.trouble import named_input
from preprocessing.tables import typed

Batches = Iterator[pa.RecordBatch]
Task = Callable[[Batches], Batches]

COLUMNS = {
    "track_idx": pa.int32(),
    "time": pa.int32(),
    "timestamp": pa.int64(),
    "message": pa.string(),
    "session": pa.string(),
    "position": pa.int64(),
    "request": pa.string(),
}
_USERS = {"user": pa.int64(), "user_text": pa.string()}
_COUNTS = {"counted": pa.string(), "count": pa.int64()}
_ARROW = pa.schema([*_USERS.items(), *COLUMNS.items(), *_COUNTS.items()])
_SCHEMA = (
    "user long, user_text string, track_idx int, time int, timestamp long, message string, session string, "
    "position long, request string, counted string, count long"
)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that obey the rules of a single row, and what became of the others."""

    rows: DataFrame  # ``user``, a long or a string, and COLUMNS
    kept: int
    read: int  # dropped ones included
    dropped: dict[str, int]


def read_log(spark: SparkSession, files: Sequence[StoredFile], catalogue: Broadcast[Catalogue]) -> Rows:
    """Return the usable rows of a log.

    Raises:
        InputError: There are rows and none is usable, a table lacks a column, or a file is damaged or of a kind that
            Spark does not read.
    """
    frames = [_table(spark, file.url, catalogue) for file in files if file.url.endswith(".parquet")]
    lines = [file.url for file in files if not file.url.endswith(".parquet")]
    if packed := [url for url in lines if url.endswith(".zst")]:
        raise InputError(f"{packed[0]} cannot be read by the engine spark: Zstandard needs a library of Hadoop's own")
    if lines:
        # As bytes: a line need not be UTF-8.
        text = spark.read.option("lineSep", "\n").text(lines).select(F.col("value").cast("binary"))
        frames.append(text.mapInArrow(_line_task(catalogue), _SCHEMA))
    found = frames[0]
    for frame in frames[1:]:
        found = found.unionAll(frame)
    found = found.persist(StorageLevel.DISK_ONLY)
    with named_input():
        counts = Counter({row["counted"]: row["n"] for row in _sums(found).collect()})
    dropped = dict.fromkeys(RULES, 0) | {rule: counts[rule] for rule in RULES if counts[rule]}
    kept, integers = counts["kept"], counts["integers"]
    check_usable(kept, counts["read"], dropped, Counter({name: counts[f"seen {name}"] for name in NEEDED_COLUMNS}))
    rows = found.where(F.col("counted").isNull())
    # The commoner type of user; integers on a tie.
    whole = 2 * integers >= kept
    dropped["other_user_type"] = kept - integers if whole else integers
    user = F.col("user") if whole else F.col("user_text").alias("user")
    rows = rows.where(F.col("user").isNotNull() if whole else F.col("user").isNull())
    return Rows(rows.select(user, *COLUMNS), kept - dropped["other_user_type"], counts["read"], dropped)


def _sums(found: DataFrame) -> DataFrame:
    return found.where(F.col("counted").isNotNull()).groupBy("counted").agg(F.sum("count").alias("n"))


def _line_task(catalogue: Broadcast[Catalogue]) -> Task:
    def read(batches: Batches) -> Batches:
        for batch in batches:
            raw = b"\n".join(batch.column("value").to_pylist()) + b"\n"
            yield from _rows_of(read_block(raw, catalogue.value))

    return read


def _table(spark: SparkSession, url: str, catalogue: Broadcast[Catalogue]) -> DataFrame:
    try:
        with named_input():
            frame = spark.read.parquet(url)
    except AnalysisException as error:
        raise InputError(f"{url} cannot be read: it holds no table; write it anew, or leave it out") from error
    schema = log_schema(catalogue.value)
    for column in NEEDED_COLUMNS:
        if column not in frame.columns:
            raise InputError(f"{url} lacks the column '{column}'")

    def read(batches: Batches) -> Batches:
        for batch in batches:
            table = typed(as_frame([batch]).lazy(), url, schema, needed=NEEDED_COLUMNS, text_of="user")
            yield from _rows_of(read_rows(table, catalogue.value))

    return frame.mapInArrow(read, _SCHEMA)


def _rows_of(part: Part) -> Batches:
    """Yield the rows, and the counts as rows of their own."""
    counts = part.dropped | {f"seen {column}": count for column, count in part.seen.items()}
    counts |= {"read": part.read, "kept": len(part.rows), "integers": part.rows["user"].count()}
    counted = pl.DataFrame({"counted": list(counts), "count": list(counts.values())})
    for frame in (part.rows, counted):
        lacking = [pl.lit(None).alias(name) for name in _ARROW.names if name not in frame.columns]
        table = frame.with_columns(pl.col(pl.Enum).cast(pl.String)).with_columns(lacking).select(_ARROW.names)
        yield from table.to_arrow().cast(_ARROW).to_batches()


def fingerprint_of(file: StoredFile) -> str:
    """Return what stands for a file's content, which is not read twice: its name, size and time."""
    return f"{Path(file.url).name} {file.bytes} {file.modified_ms}"
