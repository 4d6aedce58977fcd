"""Whole arrays from their chunks: on the driver's disk, mapped, one chunk in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import DataFrame

from preprocessing.artifacts import Ids, IntegerIds, Ragged, TextIds, Texts
from preprocessing.partners import Partners
from preprocessing.spark.partners import BLOCK_ROWS


class Assembly:
    """The arrays of some findings."""

    def __init__(self, findings: DataFrame, folder: Path) -> None:
        self._findings, self._folder = findings, folder

    def array(self, name: str, dtype: str, rows: int | None = None) -> NDArray[Any]:
        """Return the chunks of a name end to end, flat or as a table of so many rows."""
        path = self._folder / name
        with path.open("wb") as file:
            for _, data in self._chunks(name):
                file.write(data)
        flat: NDArray[Any] = np.memmap(path, dtype=dtype, mode="r") if path.stat().st_size else np.empty(0, dtype=dtype)
        return flat if rows is None else flat.reshape(rows, -1)

    def ragged(self, name: str) -> Ragged:
        """Return a list of lists."""
        return Ragged(self._offsets(name), self.array(f"{name}.values", "int32"))

    def ids(self, name: str, *, texts: bool) -> Ids:
        """Return ids, all texts or all integers."""
        if texts:
            return TextIds(Texts(self._offsets(name), self.array(f"{name}.values", "uint8")))
        return IntegerIds(self.array(name, "int64"))

    def partners(self, name: str, n: int, k: int) -> Partners:
        """Return the best partners of n rows; a block of rows that has none was not found."""
        columns: list[NDArray[Any]] = []
        for suffix, dtype, padding in (("indices", "int32", -1), ("scores", "float32", 0)):
            path = self._folder / f"{name}.{suffix}"
            table: NDArray[Any] = (
                np.memmap(path, dtype=dtype, mode="w+", shape=(n, k)) if n else np.empty((0, k), dtype=dtype)
            )
            table[:] = padding
            for block, data in self._chunks(f"{name}.{suffix}"):
                part = np.frombuffer(data, dtype=dtype).reshape(-1, k)
                table[block * BLOCK_ROWS :][: len(part)] = part
            columns.append(table)
        return Partners(columns[0], columns[1])

    def text(self, name: str) -> str:
        """Return the chunks of a name that is no array; empty where there are none."""
        return b"".join(data for _, data in self._chunks(name)).decode()

    def _offsets(self, name: str) -> NDArray[np.int64]:
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(self.array(f"{name}.lengths", "int64"))])

    def _chunks(self, name: str) -> Iterator[tuple[int, bytes]]:
        chosen = self._findings.where(self._findings["name"] == name).select("portion", "data")
        for row in chosen.orderBy("portion").toLocalIterator():
            yield row["portion"], bytes(row["data"])
