"""The log: every file, block by block, to rows that obey the rules; the others are counted by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from preprocessing.artifacts import Ids, TextIds
from preprocessing.catalogue import Catalogue, ids_of
from preprocessing.errors import InputError
from preprocessing.parts import Part, Parts
from preprocessing.schemas import LOG_SCHEMA, NEEDED_COLUMNS, RULES, TIME_UNITS, broken_rule
from preprocessing.sources import read_blocks
from preprocessing.tables import is_parquet, read_table
from preprocessing.typed import read_lines, read_text

# (rows read, bytes read)
Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Log:
    """The rows that obey the rules of a single row, and what became of the others."""

    events: pl.DataFrame  # user_idx, track_idx, time, timestamp, message, session, position, request
    user_ids: Ids
    rows_read: int  # dropped ones included
    dropped: dict[str, int]


def read_log(files: Mapping[Path, str], catalogue: Catalogue, advance: Advance, parts: Parts | None = None) -> Log:
    """Return the usable rows of a log.

    Args:
        files: The files, each with the digest of its content.
        catalogue: The tracks.
        advance: Told of the progress.
        parts: What was read before; what is read now is added.

    Raises:
        InputError: A file cannot be read, or no row is usable because a column is missing from all of them.
    """
    dropped, seen = Counter(dict.fromkeys(RULES, 0)), Counter(dict.fromkeys(NEEDED_COLUMNS, 0))
    kept = [_compact(_empty())]
    read = 0
    for path, digest in files.items():
        part = parts.find(digest) if parts else None
        if part is None:
            part = read_file(path, catalogue, advance)
            if parts:
                parts.keep(digest, part)
        else:
            advance(part.read, path.stat().st_size)
        kept.append(part.rows)
        dropped.update(part.dropped)
        seen.update(part.seen)
        read += part.read
    if parts:
        parts.forget_others()
    rows = pl.concat(kept, how="vertical_relaxed")
    if rows.is_empty() and read > dropped["not_json"]:
        for column, count in seen.items():
            if not count:
                raise InputError(f"no row of the log has a usable value in the column '{column}'")
    rows, other = _with_one_user_type(rows)
    dropped["other_user_type"] = other
    remembered = _remembered(rows)
    dropped["forgotten"] = len(rows) - len(remembered)
    rows = remembered
    users = rows.select(pl.col("user").unique().sort()).with_row_index("user_idx")
    # One column is made, and the others are shared: a join would copy them all.
    user_idx = pl.col("user").replace_strict(users["user"], users["user_idx"], return_dtype=pl.Int32)
    events = rows.with_columns(user_idx=user_idx).drop("user")
    return Log(events, ids_of(users["user"]), read, dict(dropped))


def read_file(path: Path, catalogue: Catalogue, advance: Advance) -> Part:
    """Return the usable rows of one file, in its order.

    Raises:
        InputError: It cannot be read.
    """
    kept = [_compact(_empty())]
    dropped: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    read = 0
    for frame, broken, n_bytes in _frames(path, catalogue):
        rules = frame.with_columns(broken_rule().alias("rule"))
        dropped["not_json"] += broken
        for rule, count in rules["rule"].drop_nulls().value_counts().iter_rows():
            dropped[rule] += count
        for column in NEEDED_COLUMNS:
            seen[column] += frame[column].count()
        seen["user"] += frame["user_text"].count()
        usable = frame.filter(rules["rule"].is_null()) if rules["rule"].count() else frame
        kept.append(_compact(usable))
        read += len(frame) + broken
        advance(len(frame) + broken, n_bytes)
    return Part(pl.concat(kept, how="vertical_relaxed"), read, dropped, seen)


def _frames(path: Path, catalogue: Catalogue) -> Iterator[tuple[pl.DataFrame, int, int]]:
    """Yield portions of a file: typed rows with ``user_text`` and ``track_idx``, other lines, bytes."""
    texts = isinstance(catalogue.ids, TextIds)
    if is_parquet(path):
        schema = LOG_SCHEMA | ({"track": pl.String} if texts else {})
        table = read_table(path, schema, needed=NEEDED_COLUMNS, text_of="user")
        yield _with_rows(table, catalogue), 0, path.stat().st_size
        return
    for raw in read_blocks(path):
        frame, block, broken = read_lines(raw, LOG_SCHEMA)
        if frame["user"].null_count():
            frame = frame.with_columns(read_text(block, "user").alias("user_text"))
        else:
            frame = frame.with_columns(user_text=pl.lit(None, dtype=pl.String))
        if texts:
            frame = frame.with_columns(read_text(block, "track"))
        yield _with_rows(frame, catalogue), broken, len(raw)


def _with_rows(frame: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    ids, track = catalogue.ids, pl.col("track")
    if isinstance(ids, TextIds):
        return frame.join(catalogue.tracks, on="track", how="left", maintain_order="left")
    # A join would build a hash table of the catalogue for every block.
    if ids.consecutive:
        row, held = track - ids.first, track.is_between(ids.first, ids.first + len(ids) - 1)
    else:
        rows = pl.lit(catalogue.tracks["track"])
        row = rows.search_sorted(track).clip(0, len(ids) - 1)
        held = rows.gather(row) == track
    return frame.with_columns(track_idx=pl.when(held).then(row).cast(pl.Int32))


def _compact(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that are kept; one that holds nothing, as most logs have, takes no memory."""
    return frame.select(
        "user",
        "track_idx",
        (pl.col("time") * TIME_UNITS).round().cast(pl.Int32),
        pl.col("timestamp").cast(pl.Int64),
        "message",
        *(
            name if frame[name].count() else pl.lit(None).alias(name)
            for name in ("user_text", "session", "position", "request")
        ),
    )


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema=LOG_SCHEMA | {"user_text": pl.String, "track_idx": pl.Int32})


def _with_one_user_type(rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return the rows of the commoner type of user (integers on a tie), and the number of the others."""
    integers = rows["user"].count()
    if integers == len(rows):
        return rows.drop("user_text"), 0
    if 2 * integers >= len(rows):
        return rows.filter(pl.col("user").is_not_null()).drop("user_text"), len(rows) - integers
    texts = rows.filter(pl.col("user").is_null())
    return texts.with_columns(user=pl.col("user_text")).drop("user_text"), integers


def _remembered(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that came after their user's latest tombstone, and those of users without one."""
    tombstones = rows.filter(pl.col("message") == "forget")
    if tombstones.is_empty():
        return rows
    until = tombstones.group_by("user").agg(forgotten=pl.col("timestamp").max())
    later = pl.col("forgotten").is_null() | (pl.col("timestamp") > pl.col("forgotten"))
    return rows.join(until, on="user", how="left", maintain_order="left").filter(later).drop("forgotten")
