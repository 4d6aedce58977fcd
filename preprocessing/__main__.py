"""``python -m preprocessing``: from a catalogue and a log to a new version of the artifacts."""

from __future__ import annotations

from cli.ending import INTERRUPTED, ended

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from preprocessing.artifacts import ArtifactError, Manifest, load, only_writer, remove_old, switch, write
from preprocessing.errors import InputError
from preprocessing.learning import command as learn
from preprocessing.options import add_options, parameters_of
from preprocessing.parameters import Parameters
from preprocessing.pipeline import build
from preprocessing.progress import Reporter
from preprocessing.summary import summary_table

BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None, prog: str = "python -m preprocessing") -> int:
    """Run the preprocessing and return the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        return learn.main(given[1:], f"{prog} learn") if given[:1] == ["learn"] else _preprocess(given, prog)
    except (InputError, ArtifactError) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"the artifacts cannot be written: {error}")
    except KeyboardInterrupt:
        _fail("stopped; the current artifacts are as they were")
        return INTERRUPTED


def _preprocess(arguments: Sequence[str], prog: str) -> int:
    parser = argparse.ArgumentParser(
        prog=prog,
        description=__doc__,
        epilog=f"example: {prog} --catalogue tracks.jsonl --log data/log --artifacts data/artifacts",
    )
    add_options(parser)
    parser.add_argument("--engine", choices=("polars", "spark"), default="polars", help="(default %(default)s)")
    parser.add_argument("--master", default="local[*]", help="where Spark runs (default %(default)s)")
    options = parser.parse_args(arguments)
    started_s = time.monotonic()
    parameters = parameters_of(options)
    run = _on_spark if options.engine == "spark" else _here
    manifest, place, rows_read = run(options, parameters)
    Console().print(summary_table(manifest, rows_read, place, time.monotonic() - started_s))
    return 0


def _on_spark(options: argparse.Namespace, parameters: Parameters) -> tuple[Manifest, str, int]:
    from preprocessing.spark.session import missing

    if lack := missing():
        raise InputError(f"the engine spark cannot be used: {lack}")
    from preprocessing.spark.run import preprocess

    with Reporter(Console(stderr=True)) as reporter:
        return preprocess(
            options.catalogue,
            options.log,
            options.artifacts,
            parameters,
            master=options.master,
            keep=options.keep,
            reporter=reporter,
        )


def _here(options: argparse.Namespace, parameters: Parameters) -> tuple[Manifest, str, int]:
    root = Path(options.artifacts)
    with Reporter(Console(stderr=True)) as reporter:
        built = build(options.catalogue, options.log, parameters, reporter, root / ".parts")
        with only_writer(root):
            with reporter.stage("writing"):
                folder = write(root, built.draft)
            with reporter.stage("checking"):
                manifest = load(folder).manifest  # what is found good here is not read again when a service starts
                switch(root, folder.name)
                remove_old(root, options.keep)
    return manifest, str(folder), built.rows_read


def _fail(sentence: str) -> int:
    Console(stderr=True).print(f"preprocessing: {sentence}", markup=False, highlight=False, soft_wrap=True)
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(ended(main))
