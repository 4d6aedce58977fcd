"""The log: every file, block by block, to rows that obey the rules; the others are counted by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from preprocessing.artifacts import Ids, IntegerIds, TextIds
from preprocessing.catalogue import Catalogue, ids_of
from preprocessing.errors import InputError
from preprocessing.parts import Part, Parts
from preprocessing.schemas import LOG_SCHEMA, NEEDED_COLUMNS, REMEDIES, RULES, TIME_UNITS, broken_rule, obeys_rules
from preprocessing.sources import read_blocks
from preprocessing.tables import is_parquet, read_table
from preprocessing.tombstones import remembered
from preprocessing.typed import Schema, read_lines, read_text

# (rows read, bytes read)
Advance = Callable[[int, int], None]


_USER_IDX = pl.col("user_idx").cast(pl.Int32)
# Made once: to make them for each block costs as much as to use them.
_OBEYS, _BROKEN = obeys_rules(), broken_rule()
_TIME = (pl.col("time") * TIME_UNITS).round().cast(pl.Int32)
_TIMESTAMP = pl.col("timestamp").cast(pl.Int64)


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
        files: The files, each with its digest of ``parts.digests_as_read``.
        catalogue: The tracks.
        advance: Told of the progress.
        parts: What was read before; what is read now is added.

    Raises:
        InputError: A file cannot be read, or there are rows and none is usable.
    """
    dropped, seen = Counter(dict.fromkeys(RULES, 0)), Counter(dict.fromkeys(NEEDED_COLUMNS, 0))
    kept = [no_part().rows]
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
    check_usable(len(rows), read, dropped, seen)
    rows, other = _with_one_user_type(rows)
    dropped["other_user_type"] = other
    left = remembered(rows)
    dropped["forgotten"] = len(rows) - len(left)
    events, user_ids = numbered(left)
    return Log(events, user_ids, read, dict(dropped))


def numbered(rows: pl.DataFrame) -> tuple[pl.DataFrame, Ids]:
    """Return rows with ``user_idx`` for their ``user``, and the users in that order."""
    user = rows["user"]
    first, last = user.min(), user.max()
    if isinstance(first, int) and isinstance(last, int) and last - first < len(rows):
        # A table of all numbers between, several times as fast as a hash table.
        number = (user - first).to_numpy()
        held = np.zeros(last - first + 1, dtype=np.bool_)
        held[number] = True
        user_idx = pl.Series("user_idx", (np.cumsum(held, dtype=np.int32) - 1)[number])
        return rows.drop("user").with_columns(user_idx), IntegerIds(np.flatnonzero(held) + first)
    users = rows.select(pl.col("user").unique().sort()).with_row_index("user_idx").with_columns(_USER_IDX)
    # Only the user is joined: a join of all columns would copy them all.
    user_idx = rows.select("user").join(users, on="user", how="left", maintain_order="left")["user_idx"]
    return rows.drop("user").with_columns(user_idx), ids_of(users["user"])


def check_usable(kept: int, read: int, dropped: Mapping[str, int], seen: Mapping[str, int]) -> None:
    """Return where rows were kept, or where there was none: good artifacts are not replaced by empty ones.

    Args:
        kept: Rows that obey the rules of a single row.
        read: All rows.
        dropped: By rule.
        seen: Usable values by column.

    Raises:
        InputError: No line is an object, a column holds nothing that can be used, or every row breaks a rule.
    """
    if kept or not read:
        return
    if read == dropped["not_json"]:
        raise InputError("no line of the log is a JSON object; is it a playback log?")
    for column in NEEDED_COLUMNS:
        if not seen[column]:
            raise InputError(f"no row of the log has a usable value in the column '{column}'")
    rule = max(REMEDIES, key=lambda name: dropped[name])
    raise InputError(
        f"no row of the log can be used: {rule} in {dropped[rule]:,} of {read:,} rows, {RULES[rule]}; {REMEDIES[rule]}"
    )


def read_file(path: Path, catalogue: Catalogue, advance: Advance) -> Part:
    """Return the usable rows of one file, in its order.

    Raises:
        InputError: It cannot be read.
    """
    whole = no_part()
    kept = [whole.rows]
    read = 0
    for part, n_bytes in _parts(path, catalogue):
        kept.append(part.rows)
        whole.dropped.update(part.dropped)
        whole.seen.update(part.seen)
        read += part.read
        advance(part.read, n_bytes)
    return replace(whole, rows=pl.concat(kept, how="vertical_relaxed"), read=read)


def no_part() -> Part:
    """Return what is read of nothing."""
    return Part(_compact(_empty()), 0, Counter(), Counter())


def _parts(path: Path, catalogue: Catalogue) -> Iterator[tuple[Part, int]]:
    """Yield portions of a file, and the bytes of each."""
    if is_parquet(path):
        table = read_table(path, log_schema(catalogue), needed=NEEDED_COLUMNS, text_of="user")
        yield read_rows(table, catalogue), path.stat().st_size
        return
    for raw in read_blocks(path):
        part, n_bytes = read_block(raw, catalogue), len(raw)
        del raw  # see ``read_blocks``
        yield part, n_bytes


def log_schema(catalogue: Catalogue) -> Schema:
    """Return what the columns of a log in Parquet are read as."""
    return LOG_SCHEMA | ({"track": pl.String} if isinstance(catalogue.ids, TextIds) else {})


def read_block(raw: bytes, catalogue: Catalogue) -> Part:
    """Return the usable rows of some JSON lines."""
    frame, block, broken = read_lines(raw, LOG_SCHEMA)
    if frame["user"].null_count():
        frame = frame.with_columns(read_text(block, "user").alias("user_text"))
    else:
        frame = frame.with_columns(user_text=pl.lit(None, dtype=pl.String))
    if isinstance(catalogue.ids, TextIds):
        frame = frame.with_columns(read_text(block, "track"))
    return read_rows(frame, catalogue, broken)


def read_rows(frame: pl.DataFrame, catalogue: Catalogue, not_json: int = 0) -> Part:
    """Return the usable ones of some typed rows.

    Args:
        frame: The columns of ``log_schema`` and ``user_text``.
        catalogue: The tracks.
        not_json: Lines that became no row.
    """
    frame = _with_rows(frame.rechunk(), catalogue)
    seen = Counter({column: frame[column].count() for column in NEEDED_COLUMNS})
    seen["user"] += frame["user_text"].count()
    dropped = {"not_json": not_json}
    usable = frame
    if not frame.select(_OBEYS.all()).item():
        rules = frame.select(rule=_BROKEN)["rule"]
        dropped |= dict(rules.drop_nulls().value_counts().iter_rows())
        usable = frame.filter(rules.is_null())
    return Part(_compact(usable), len(frame) + not_json, Counter(dropped), seen)


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
        _TIME,
        _TIMESTAMP,
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
