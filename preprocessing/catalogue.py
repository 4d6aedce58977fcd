"""The catalogue: tracks and artists as dense rows, in the order of their sorted ids and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from preprocessing.artifacts import Ids, IntegerIds, TextIds, Texts
from preprocessing.errors import InputError
from preprocessing.schemas import is_usable_text
from preprocessing.sources import read_blocks
from preprocessing.tables import is_parquet, read_table
from preprocessing.typed import read_lines, read_text

_SCHEMA: dict[str, type[pl.DataType]] = {"track": pl.Int64, "artist": pl.String, "title": pl.String}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All tracks; row i of every column belongs to the i-th id."""

    ids: Ids
    titles: Texts
    artist_names: Texts
    track_artist: NDArray[np.int32]  # (n_tracks,), artist row of each track
    tracks: pl.DataFrame  # "track": the external id, "track_idx": its row

    @property
    def n_tracks(self) -> int:
        """Number of tracks."""
        return len(self.track_artist)

    @property
    def n_artists(self) -> int:
        """Number of artists."""
        return len(self.artist_names)


def read_catalogue(files: Sequence[Path]) -> Catalogue:
    """Return the catalogue that some files hold.

    Raises:
        InputError: It is empty, not readable, lacks a column, or its ids are of two types or not unique.
    """
    rows = pl.concat([_read(path) for path in files])
    if rows.is_empty():
        raise InputError(f"the catalogue {' '.join(map(str, files))} holds no track")
    for column in ("artist", "title"):
        if lacking := rows[column].null_count():
            raise InputError(f"the catalogue lacks the column '{column}' in {lacking} of {len(rows)} rows")
    tracks = _with_one_id_type(rows).sort("track")
    repeated = tracks.filter(pl.col("track").is_duplicated())
    if not repeated.is_empty():
        raise InputError(f"the catalogue holds the track {repeated['track'][0]!r} more than once")
    return _number(tracks.with_row_index("track_idx").with_columns(pl.col("track_idx").cast(pl.Int32)))


def _read(path: Path) -> pl.DataFrame:
    if is_parquet(path):
        return read_table(path, _SCHEMA, needed=tuple(_SCHEMA), text_of="track")
    frames = [pl.DataFrame(schema=_SCHEMA | {"track_text": pl.String})]
    for raw in read_blocks(path):
        frame, block, broken = read_lines(raw, _SCHEMA)
        if broken:
            raise InputError(f"the catalogue {path} holds {broken} lines that are not JSON objects")
        # Only where not all are integers are texts looked for: that reads the block again.
        text = read_text(block, "track") if frame["track"].null_count() else pl.lit(None, dtype=pl.String)
        frames.append(frame.with_columns(text.alias("track_text")))
    return pl.concat(frames)


def _with_one_id_type(rows: pl.DataFrame) -> pl.DataFrame:
    integers = rows["track"].count()
    texts = rows.filter(pl.col("track").is_null() & pl.col("track_text").is_not_null())
    if lacking := len(rows) - integers - len(texts):
        raise InputError(f"the catalogue lacks the column 'track' in {lacking} of {len(rows)} rows")
    if integers and len(texts):
        raise InputError(
            f"the catalogue's track ids are of two types: {integers} are integers, "
            f"{len(texts)} are texts (such as {texts['track_text'][0]!r})"
        )
    if integers:
        return rows.drop("track_text")
    unusable = rows.filter(~is_usable_text(pl.col("track_text")))
    if not unusable.is_empty():
        raise InputError(
            f"the catalogue's track id {unusable['track_text'][0]!r} is empty, longer than 256 characters "
            "or holds control characters"
        )
    return rows.with_columns(track=pl.col("track_text")).drop("track_text")


def _number(tracks: pl.DataFrame) -> Catalogue:
    artists = tracks.select(pl.col("artist").unique().sort()).with_row_index("artist_idx")
    # Both columns sorted by id already; the join keeps the tracks' order.
    artist_rows = tracks.join(artists, on="artist", how="left", maintain_order="left")["artist_idx"]
    return Catalogue(
        ids=ids_of(tracks["track"]),
        titles=_texts(tracks["title"]),
        artist_names=_texts(artists["artist"]),
        track_artist=artist_rows.cast(pl.Int32).to_numpy(),
        tracks=tracks.select("track", "track_idx"),
    )


def ids_of(values: pl.Series) -> Ids:
    """Return a sorted column of integers or texts as ids."""
    if values.dtype == pl.String:
        return TextIds(_texts(values))
    return IntegerIds(values.to_numpy())


def _texts(column: pl.Series) -> Texts:
    """Return what ``Texts.of`` returns, without a Python object for each text."""
    offsets = np.zeros(len(column) + 1, dtype=np.int64)
    np.cumsum(column.str.len_bytes().to_numpy(), out=offsets[1:])
    return Texts(offsets, np.frombuffer(column.str.join("").item().encode(), dtype=np.uint8))
