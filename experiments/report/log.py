"""Read a playback log, whatever its files are and however they end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path

import polars as pl
from polars.exceptions import ComputeError, PolarsError

from experiments.errors import ExperimentError
from preprocessing.errors import InputError
from preprocessing.sources import read_blocks
from preprocessing.tombstones import remembered

SCHEMA = {
    "message": pl.String(),
    "timestamp": pl.Int64(),  # ms since the epoch
    "user": pl.String(),  # 7 and "7" are one user, as they are one to the assignment's hash
    "track": pl.String(),
    "time": pl.Float64(),  # fraction listened, 0..1
    "latency": pl.Float64(),  # seconds
    "recommendation": pl.String(),
    "session": pl.String(),  # in Segue's own log only, as the next
    "position": pl.Int64(),  # of the playback in its session
    "chain": pl.String(),
    "strategy": pl.String(),
    "propensity": pl.Float64(),  # probability of the recommendation under that chain
    "experiments": pl.String(),  # the object's JSON text: few differ, so each is parsed but once
}
"""The columns that the report reads; others are ignored, missing ones are null."""

# A number, as in events.jsonl.1.gz, is what a log rotation leaves behind; a hidden file is still being made.
_LOG_FILE = re.compile(r"[^.].*\.((jsonl|ndjson)(\.\d+)?(\.gz|\.zst)?|parquet)")
_COMPACT = [
    pl.col(name).cast(pl.Categorical()) if dtype == pl.String() else pl.col(name) for name, dtype in SCHEMA.items()
]
# Texts repeat: as categories a million events take 50 MB instead of 160, and group twice as fast.


@dataclass(frozen=True, slots=True)
class Log:
    """The events of a log as they stand in its files, and how many lines there are beside them."""

    events: pl.DataFrame
    broken_lines: int = field(default=0)
    forgotten: int = field(default=0)  # events of users who asked later to be forgotten, and these requests


def read_log(source: str) -> Log:
    """Read a file, a folder or a glob of JSON lines (plain, gzip, zstd) or Parquet.

    Raises:
        ExperimentError: There is no such file, one cannot be read, or none holds an event.
    """
    parts = [_read_file(path) for path in _files(source)]
    found = pl.concat([part.events for part in parts])
    events, broken = remembered(found), sum(part.broken_lines for part in parts)
    if events.is_empty():
        raise ExperimentError(_nothing_in(source, broken, found.height))
    return Log(events, broken, found.height - events.height)


def _nothing_in(source: str, broken: int, forgotten: int) -> str:
    if forgotten:
        return f"The log {source} holds nobody's events but those of users who asked to be forgotten."
    if broken:
        return f"No line of the log {source} is a JSON object; is it a playback log?"
    return f"The log {source} is empty: there is nothing to report on."


def _files(source: str) -> list[Path]:
    path = Path(source)
    if path.is_dir():
        found = [p for p in sorted(path.iterdir()) if _LOG_FILE.fullmatch(p.name)]
    else:
        matches = sorted(glob(source, recursive=True))  # noqa: PTH207  Path.glob takes no absolute pattern
        found = [path] if path.is_file() else [Path(match) for match in matches]
    found = [p for p in found if p.is_file()]
    if not found:
        raise ExperimentError(f"There is no log at {source}.")
    return found


def _read_file(path: Path) -> Log:
    try:
        if path.suffix == ".parquet":
            return Log(_read_parquet(path))
        try:
            return Log(pl.scan_ndjson(path, schema=SCHEMA, ignore_errors=True).select(_COMPACT).collect())
        except ComputeError:  # a line that is no JSON stops the whole scan, whatever ignore_errors says
            return _read_around_broken_lines(path)
    except InputError as error:
        raise ExperimentError(f"The log {error}.") from error
    except (PolarsError, OSError) as error:
        raise ExperimentError(f"The log {path} cannot be read: {error}.") from error


def _read_parquet(path: Path) -> pl.DataFrame:
    frame = pl.scan_parquet(path)
    types = frame.collect_schema()
    columns = []
    for name, dtype in SCHEMA.items():
        column = pl.col(name) if name in types else pl.lit(None).alias(name)
        if isinstance(types.get(name), pl.Struct):  # one field per experiment, as JSON reads to by default
            column = column.struct.json_encode()
        columns.append(column.cast(dtype, strict=False))
    return frame.select(columns).select(_COMPACT).collect()


def _read_around_broken_lines(path: Path) -> Log:
    parts = [part for block in read_blocks(path) for part in _parse(block.decode(errors="replace").split("\n"))]
    read = [part for part in parts if part is not None]
    events = pl.concat([pl.DataFrame(schema=SCHEMA).select(_COMPACT), *read])
    return Log(events, broken_lines=len(parts) - len(read))


def _parse(lines: list[str]) -> Iterator[pl.DataFrame | None]:
    """Yield the events of these lines; None stands for a broken line, found by halving."""
    try:
        text = "\n".join(lines).encode()
        yield pl.read_ndjson(text, schema=SCHEMA, ignore_errors=True).select(_COMPACT)
    except ComputeError:
        if len(lines) == 1:
            yield None
        else:
            middle = len(lines) // 2
            yield from _parse(lines[:middle])
            yield from _parse(lines[middle:])
