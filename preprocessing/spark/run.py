"""One run on Spark, from names of files to a version behind a URL."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

from preprocessing.artifacts import Manifest, load, only_writer, remove_old, switch, write
from preprocessing.parameters import Parameters
from preprocessing.progress import Reporter
from preprocessing.spark.engine import Engine
from preprocessing.spark.session import spark_session
from preprocessing.spark.storage import Storage


def preprocess(
    catalogue: Sequence[str],
    log: Sequence[str],
    artifacts: str,
    parameters: Parameters,
    *,
    master: str,
    keep: int,
    reporter: Reporter,
) -> tuple[Manifest, str, int]:
    """Write a version below a URL, and return its manifest, its URL and how many rows were read.

    In a folder of this machine, ``current`` leads to it then.

    What the portions found lies meanwhile in a hidden folder below the same URL, which every executor must reach.

    Args:
        catalogue: Files, folders or globs, as URLs that Hadoop knows or as plain paths.
        log: The same.
        artifacts: Folder of the versions, the same.
        parameters: Thresholds and sizes.
        master: See ``spark_session``.
        keep: Newest versions kept in a folder of this machine.
        reporter: Shows the progress.

    Raises:
        InputError: The input cannot be used, or something that Spark needs is missing.
    """
    with spark_session(master) as spark, tempfile.TemporaryDirectory() as name:
        storage, scratch = Storage(spark), Path(name)
        root = storage.qualified(artifacts)
        work = f"{root}/.spark-{uuid.uuid4().hex}"
        try:
            built = Engine(spark, parameters, reporter, work, scratch).build(catalogue, log)
            place = urlsplit(root)
            folder = Path(place.path) if place.scheme == "file" else None
            alone: AbstractContextManager[None] = only_writer(folder) if folder else nullcontext()
            with alone:
                with reporter.stage("writing"):
                    version = write(scratch / "versions", built.draft)
                    url = f"{root}/{version.name}"
                    storage.put(version, url, last="manifest.json")
                    manifest = load(version).manifest
                if folder:
                    with reporter.stage("checking"):
                        load(folder / manifest.version)
                        switch(folder, manifest.version)
                        remove_old(folder, keep)
        finally:
            storage.remove(work)
    return manifest, url, built.rows_read
