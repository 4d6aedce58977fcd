"""``python -m preprocessing``: from a catalogue and a log to a new version of the artifacts."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from rich.console import Console

from preprocessing.artifacts import Manifest, load, remove_old, switch, write
from preprocessing.errors import InputError
from preprocessing.learning import command as learn
from preprocessing.options import add_options, parameters_of
from preprocessing.pipeline import build
from preprocessing.progress import Reporter
from preprocessing.summary import summary_table

BAD_INPUT = 2
INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the preprocessing and return the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        return learn.main(given[1:]) if given[:1] == ["learn"] else _preprocess(given)
    except InputError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"the artifacts cannot be written: {error}")
    except KeyboardInterrupt:
        _fail("stopped; the current artifacts are as they were")
        return INTERRUPTED


def _preprocess(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m preprocessing",
        description=__doc__,
        epilog="Round after round, each judged before it is served: python -m preprocessing learn --help",
    )
    add_options(parser)
    options = parser.parse_args(arguments)
    started_s = time.monotonic()
    parameters = parameters_of(options)
    with Reporter(Console(stderr=True)) as reporter:
        built = build(options.catalogue, options.log, parameters, reporter, options.artifacts / ".parts")
        with reporter.stage("writing"):
            folder = write(options.artifacts, built.draft)
        with reporter.stage("checking"):
            load(folder)  # what is found good here is not read again when a service starts
            switch(options.artifacts, folder.name)
            remove_old(options.artifacts, options.keep)
    manifest = Manifest.model_validate_json((folder / "manifest.json").read_text())
    table = summary_table(manifest, built.rows_read, folder, time.monotonic() - started_s)
    Console().print(table)
    return 0


def _fail(sentence: str) -> int:
    Console(stderr=True).print(f"preprocessing: {sentence}", markup=False, highlight=False, soft_wrap=True)
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
