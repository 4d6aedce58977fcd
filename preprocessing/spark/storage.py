"""Files behind any URL that Hadoop knows: a local folder, HDFS, an object store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from preprocessing.errors import InputError
from preprocessing.sources import is_log_file
from preprocessing.spark.trouble import reason_of


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file, and what tells whether it changed."""

    url: str
    bytes: int
    modified_ms: int


class Storage:
    """The file systems of a session."""

    def __init__(self, spark: SparkSession) -> None:
        context: Any = spark.sparkContext
        self._hadoop = context._jvm.org.apache.hadoop.fs  # PySpark has no other way to the file systems
        self._configuration = context._jsc.hadoopConfiguration()

    def find(self, names: Sequence[str], what: str) -> list[StoredFile]:
        """Return the files that some names stand for: files, folders (searched through) and globs.

        Raises:
            InputError: A name stands for no file, or cannot be read.
        """
        found: dict[str, StoredFile] = {}
        for name in names:
            try:
                matches = self._system(name).globStatus(self._path(name))
                files = [file for match in matches or () for file in self._files(match)]
            except Exception as error:  # what a file system throws is its own
                raise InputError(f"the {what} {name} cannot be read: {reason_of(error)}") from error
            if not files:
                raise InputError(f"the {what} {name} holds no file of JSON lines or Parquet, or does not exist")
            found |= {file.url: file for file in files}
        return [found[url] for url in sorted(found)]

    def fetch(self, urls: Sequence[str], folder: Path) -> list[Path]:
        """Copy files to a local folder, and return where they are.

        Raises:
            InputError: One cannot be read.
        """
        paths = []
        for number, url in enumerate(urls):
            paths.append(folder / f"{number}-{url.rsplit('/', 1)[-1]}")
            try:
                self._system(url).copyToLocalFile(False, self._path(url), self._path(f"file://{paths[-1]}"), True)
            except Exception as error:  # as above
                raise InputError(f"{url} cannot be read: {reason_of(error)}") from error
        return paths

    def put(self, folder: Path, url: str, last: str) -> None:
        """Copy a local folder's files into a new folder; the one named ``last`` comes last."""
        system = self._system(url)
        system.setWriteChecksum(False)  # the manifest holds better ones
        for path in sorted(folder.iterdir(), key=lambda path: (path.name == last, path.name)):
            system.copyFromLocalFile(False, True, self._path(f"file://{path}"), self._path(f"{url}/{path.name}"))

    def remove(self, url: str) -> None:
        """Remove a folder, if it is there."""
        self._system(url).delete(self._path(url), True)

    def qualified(self, url: str) -> str:
        """Return a name with its scheme."""
        return str(self._system(url).makeQualified(self._path(url)).toString())

    def _files(self, status: Any) -> list[StoredFile]:  # noqa: ANN401 - Hadoop's
        if status.isFile():
            return [_stored(status)]
        root = status.getPath().toString()
        listed = self._system(root).listFiles(status.getPath(), True)
        files = []
        while listed.hasNext():
            file = _stored(listed.next())
            if is_log_file(Path(file.url.removeprefix(root).lstrip("/"))):
                files.append(file)
        return files

    def _path(self, url: str) -> Any:  # noqa: ANN401 - Hadoop's
        return self._hadoop.Path(url)

    def _system(self, url: str) -> Any:  # noqa: ANN401 - Hadoop's
        return self._path(url).getFileSystem(self._configuration)


def _stored(status: Any) -> StoredFile:  # noqa: ANN401 - Hadoop's
    return StoredFile(status.getPath().toString(), status.getLen(), status.getModificationTime())
