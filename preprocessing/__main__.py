"""``python -m preprocessing``: from a catalogue and a log to a new version of the artifacts."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console

from preprocessing.artifacts import Manifest, publish, remove_old
from preprocessing.errors import InputError
from preprocessing.parameters import Parameters
from preprocessing.pipeline import build
from preprocessing.progress import Reporter
from preprocessing.summary import summary_table

BAD_INPUT = 2
INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the preprocessing and return the exit code."""
    options = _parser().parse_args(arguments)
    started_s = time.monotonic()
    try:
        parameters = Parameters(**{name: getattr(options, name) for name in Parameters.model_fields})
        with Reporter(Console(stderr=True)) as reporter:
            built = build(options.catalogue, options.log, parameters, reporter)
            with reporter.stage("writing"):
                folder = publish(options.artifacts, built.draft)
                remove_old(options.artifacts, options.keep)
    except ValidationError as error:
        first = error.errors()[0]
        return _fail(f"--{'-'.join(map(str, first['loc'])).replace('_', '-')}: {first['msg']}")
    except InputError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"the artifacts cannot be written: {error}")
    except KeyboardInterrupt:
        _fail("stopped; the current artifacts are as they were")
        return INTERRUPTED
    manifest = Manifest.model_validate_json((folder / "manifest.json").read_text())
    table = summary_table(manifest, built.rows_read, folder, time.monotonic() - started_s)
    Console().print(table)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m preprocessing", description=__doc__)
    files = "a file, a folder (searched through) or a quoted glob; JSON lines (plain, .gz, .zst) or Parquet"
    for name in ("catalogue", "log"):
        parser.add_argument(f"--{name}", required=True, nargs="+", action="extend", metavar="PATH", help=files)
    parser.add_argument("--artifacts", required=True, type=Path, metavar="FOLDER", help="folder of the versions")
    parser.add_argument("--keep", type=_at_least_one, default=3, metavar="N", help="newest versions kept (default 3)")
    for name, field in Parameters.model_fields.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=type(field.default),
            default=field.default,
            metavar="N",
            help=f"{field.description} (default {field.default})",
        )
    return parser


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one version is kept")
    return number


def _fail(sentence: str) -> int:
    Console(stderr=True).print(f"preprocessing: {sentence}", markup=False, highlight=False, soft_wrap=True)
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
