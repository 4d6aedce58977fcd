"""A Spark session, or why there can be none."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# A batch that is handed to Python holds at most so much; a portion of the log is one value of a batch.
_BATCH_ROWS, _BATCH_BYTES = 50_000, 64 * 2**20


def missing() -> str | None:
    """Return what Spark needs and this machine lacks, or None."""
    if find_spec("pyspark") is None or find_spec("pyarrow") is None:
        return "pyspark is not installed: 'make setup-spark' installs it"
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").is_file()):
        return "Spark needs Java 17 or later: install a JRE, or set JAVA_HOME"
    return None


@contextmanager
def spark_session(master: str) -> Iterator[SparkSession]:
    """Open a session for as long as the block runs.

    Args:
        master: As Spark names it, e.g. ``local[2]``, ``yarn`` or ``spark://host:7077``; everything else is set in
            ``spark-defaults.conf``.
    """
    from pyspark.sql import SparkSession

    if master.startswith("local"):  # a cluster has a Python of its own
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with warnings.catch_warnings():
        # It looks at the version of pandas, which nothing here uses.
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        spark = (
            SparkSession.builder.master(master)
            .appName("segue preprocessing")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", _BATCH_ROWS)
            .config("spark.sql.execution.arrow.maxBytesPerBatch", _BATCH_BYTES)
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
        spark.sparkContext.setLogLevel("ERROR")
        try:
            yield spark
        finally:
            spark.stop()
