"""The catalogue, for the metrics that count artists and coverage."""

from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from experiments.errors import ExperimentError


def read_catalogue(path: Path) -> pl.DataFrame:
    """Return the columns track and artist, one row per track, of a file of JSON lines or Parquet.

    Raises:
        ExperimentError: The file cannot be read or holds no track.
    """
    schema = {"track": pl.String(), "artist": pl.String()}
    try:
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path, columns=list(schema)).cast(pl.String())
        else:
            frame = pl.scan_ndjson(path, schema=schema).collect()
    except (PolarsError, OSError) as error:
        raise ExperimentError(f"The catalogue {path} cannot be read: {error}.") from error
    tracks = frame.filter(pl.col("track").is_not_null()).unique("track", keep="first", maintain_order=True)
    if tracks.is_empty():
        raise ExperimentError(f"The catalogue {path} holds no track.")
    return tracks.cast(pl.Categorical())  # as the log's tracks are
