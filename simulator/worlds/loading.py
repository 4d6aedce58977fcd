"""Reading a world's parts from files; what is wrong with one is said in a sentence that names the line."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StrictInt, StrictStr, ValidationError

from simulator.config import CatalogueConfig
from simulator.errors import SimulatorError
from simulator.worlds.catalogue import Catalogue, draw_genres, popularity_by_rank
from simulator.worlds.embeddings import Vectors
from simulator.worlds.listeners import INTERESTS, Listeners

_HUGE = 1e12  # an inner product of such numbers still fits into single precision

Id = StrictInt | StrictStr


class TrackRow(BaseModel):
    """One line of a catalogue; further keys are ignored."""

    model_config = ConfigDict(frozen=True)

    track: Id
    artist: StrictStr
    title: StrictStr


class ListenerRow(BaseModel):
    """One line of a listeners' file; further keys are ignored."""

    model_config = ConfigDict(frozen=True)

    user: Id
    interests: Annotated[list[Id], Field(min_length=INTERESTS, max_length=INTERESTS)]
    consume_bias: FiniteFloat
    consume_sharpness: Annotated[FiniteFloat, Field(gt=0)]


Row = TypeVar("Row", bound=BaseModel)


def read_catalogue(
    path: Path, config: CatalogueConfig, rng: np.random.Generator
) -> tuple[Catalogue, NDArray[np.int64]]:
    """Return a catalogue, and each of its tracks' line number from 0 (embeddings come in the file's order).

    The file says neither genre nor popularity: genres are drawn, and popularity falls from the first line to
    the last, as it does in the predecessor's catalogue.

    Raises:
        SimulatorError: The file is unreadable, a line is malformed, or an id comes twice.
    """
    rows = _read_rows(path, TrackRow)
    order, track_ids = _sorted_ids(path, [row.track for row in rows])
    artists = sorted({row.artist for row in rows})
    artist_rows = {artist: i for i, artist in enumerate(artists)}
    catalogue = Catalogue(
        track_ids=track_ids,
        titles=[rows[line].title for line in order],
        artists=artists,
        track_artist=np.array([artist_rows[rows[line].artist] for line in order], dtype=np.int32),
        artist_genre=draw_genres(config, len(artists), rng),
        popularity=popularity_by_rank(config, len(rows))[order],
    )
    return catalogue, order


def read_listeners(path: Path, catalogue: Catalogue) -> Listeners:
    """Return the listeners of a file.

    Raises:
        SimulatorError: The file is unreadable, a line is malformed, an id comes twice, or an interest is no
            track.
    """
    rows = _read_rows(path, ListenerRow)
    order, user_ids = _sorted_ids(path, [row.user for row in rows])
    track_rows: dict[int | str, int] = dict(zip(catalogue.track_ids, range(len(catalogue)), strict=True))
    for line, row in enumerate(rows, start=1):
        for track in row.interests:
            if track not in track_rows:
                raise SimulatorError(f"{path}, line {line}: interest {track!r} is no track of the catalogue")
    return Listeners(
        user_ids=user_ids,
        interests=np.array([[track_rows[t] for t in rows[line].interests] for line in order], dtype=np.int32),
        biases=np.array([rows[line].consume_bias for line in order]),
        sharpnesses=np.array([rows[line].consume_sharpness for line in order]),
    )


def read_embeddings(path: Path, n_tracks: int) -> Vectors:
    """Return the vectors of a file, shape (n_tracks, dim).

    Raises:
        SimulatorError: It is no array of finite numbers with one row per track.
    """
    try:
        loaded = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise SimulatorError(f"{path} cannot be read as a NumPy array ({error})") from error
    if not isinstance(loaded, np.ndarray) or loaded.dtype.kind not in "fiu":
        raise SimulatorError(f"{path} is not one array of numbers")
    if loaded.ndim != 2 or loaded.shape[0] != n_tracks or loaded.shape[1] == 0:
        raise SimulatorError(f"{path} has shape {loaded.shape}, not one row for each of {n_tracks} tracks")
    if not (np.abs(loaded) < _HUGE).all():
        raise SimulatorError(f"{path} holds numbers that are not finite, or above {_HUGE:.0e}")
    vectors: Vectors = np.ascontiguousarray(loaded, dtype=np.float32)
    return vectors


def _read_rows(path: Path, model: type[Row]) -> list[Row]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise SimulatorError(f"{path} cannot be read ({error.strerror})") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            rows.append(model.model_validate_json(line))
        except ValidationError as error:
            found = error.errors(include_url=False)[0]
            where = f"{found['loc'][0]}: " if found["loc"] else ""
            raise SimulatorError(f"{path}, line {number}: {where}{found['msg']}") from error
    if not rows:
        raise SimulatorError(f"{path} is empty")
    return rows


def _sorted_ids(path: Path, ids: list[int | str]) -> tuple[NDArray[np.int64], list[int] | list[str]]:
    if len({type(one) for one in ids}) > 1:
        raise SimulatorError(f"{path} mixes ids that are numbers with ids that are texts")
    order = sorted(range(len(ids)), key=ids.__getitem__)
    ordered = [ids[line] for line in order]
    for one, following in pairwise(ordered):
        if one == following:
            raise SimulatorError(f"{path}: id {one!r} comes more than once")
    return np.array(order, dtype=np.int64), ordered  # type: ignore[return-value]  # all of one type
