"""From what the command line names to files, and from a file to blocks of whole lines."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import polars as pl

from preprocessing.artifacts.pieces import checksum
from preprocessing.errors import InputError
from preprocessing.folders import files_below, files_of_glob, is_glob, readable

# Large enough that parsing a block costs far more than starting to, small enough to keep memory low.
BLOCK_BYTES = 8 * 2**20
ZSTD_BLOCK_LINES = 50_000

_SKIPPABLE = b"\x2a\x4d\x18"  # behind a byte from 0x50 to 0x5F, see RFC 8878, 3.1.2

# A number, as in events.jsonl.1.gz, is what a log rotation leaves behind.
_LOG_FILE = re.compile(r"\.(jsonl|ndjson|json)(\.\d+)?(\.gz|\.zst)?$|\.parquet$")


def find_files(names: Sequence[str], what: str) -> list[Path]:
    """Return the files that some names stand for: files, folders (searched through) and globs.

    Args:
        names: Paths and patterns.
        what: What the files hold, for the error's sentence.

    Raises:
        InputError: A name stands for no file, or a folder cannot be read.
    """
    found: set[Path] = set()
    for name in names:
        with readable():
            files = _files(name, what)
        if not files:
            raise InputError(f"the {what} {name} holds no file of JSON lines or Parquet")
        # Resolved, so that a file named twice is read once.
        found.update(file.resolve() for file in files)
    return sorted(found)


def _files(name: str, what: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        below = (path / file for file in files_below(path) if is_log_file(file))
        return [file for file in below if file.is_file()]
    if path.is_file():
        return [path]
    if is_glob(name):
        return files_of_glob(name)
    raise InputError(f"the {what} {name} does not exist")


def is_log_file(path: Path) -> bool:
    """Return whether a file in a folder is taken for a part of a log, by its path in there."""
    return not any(part.startswith(".") for part in path.parts) and bool(_LOG_FILE.search(path.name))


def digests(files: Sequence[Path]) -> list[str]:
    """Return the SHA-256 of each file's content.

    Raises:
        InputError: A file cannot be read.
    """
    found = []
    for path in files:
        try:
            found.append(checksum(path))
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}") from error
    return found


def fingerprint(of_files: Sequence[str]) -> str:
    """Return a SHA-256 over the files' digests that does not depend on their names and order."""
    return hashlib.sha256("\n".join(sorted(of_files)).encode()).hexdigest()


def read_blocks(path: Path) -> Iterator[bytes]:
    """Yield a file's contents, decompressed, in blocks that end with a line.

    Raises:
        InputError: The file cannot be read or decompressed.
    """
    try:
        if path.suffix == ".zst":
            yield from _zstd_blocks(path)
        elif path.suffix == ".gz":
            with gzip.open(path) as file:
                yield from _line_blocks(file)
        else:
            with path.open("rb") as file:
                yield from _blocks_of_lines(file)
    except (OSError, EOFError, zlib.error, pl.exceptions.ComputeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise InputError(f"{path} cannot be read: {reason}") from error


def _line_blocks(file: gzip.GzipFile) -> Iterator[bytes]:
    while block := file.read(BLOCK_BYTES):
        yield block + file.readline()


def _blocks_of_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the same of a file that can go back: looking for the end first saves copying a block."""
    start = 0
    while True:
        file.seek(start + BLOCK_BYTES)
        file.readline()
        end = file.tell()
        file.seek(start)
        if not (block := file.read(end - start)):
            return
        yield block
        del block  # let go of before the next is read, which takes its place in memory
        start = end


def _from_first_frame(path: Path) -> Path | io.BytesIO:
    """Return a Zstandard file, or what follows the skippable frames that it begins with, as those of pzstd do.

    Polars knows the format by its first bytes; behind a frame it skips such frames by itself.
    """
    with path.open("rb") as file:
        start = 0
        while (header := file.read(8))[1:4] == _SKIPPABLE and header[0] >> 4 == 5:
            start += 8 + int.from_bytes(header[4:], "little")
            file.seek(start)
        if not start:
            return path
        if not header:
            raise EOFError("it ends before anything that was compressed")
        file.seek(start)
        return io.BytesIO(file.read())


def _zstd_blocks(path: Path) -> Iterator[bytes]:
    # Polars decompresses Zstandard, Python before 3.14 does not. As a CSV its lines need not be UTF-8. A control
    # character, which no JSON text holds raw, separates the columns: what follows one keeps its line a broken one.
    lines = pl.scan_csv(
        _from_first_frame(path),
        has_header=False,
        separator="\x01",
        quote_char=None,
        encoding="utf8-lossy",
        schema={"line": pl.String, "rest": pl.String},
        missing_columns="insert",
        extra_columns="ignore",
    ).select(pl.concat_str("line", "\x01" + pl.col("rest"), ignore_nulls=True))
    for batch in lines.collect_batches(chunk_size=ZSTD_BLOCK_LINES):
        yield "\n".join(batch["line"].to_list()).encode() + b"\n"
