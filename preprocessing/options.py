"""What every command of the preprocessing is told: where the input is, and the thresholds and sizes."""

from __future__ import annotations

import argparse

from pydantic import ValidationError

from preprocessing.errors import InputError
from preprocessing.parameters import Parameters


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the input, of the artifacts' folder and of every parameter."""
    files = "a file, a folder (searched through) or a quoted glob; JSON lines (plain, .gz, .zst) or Parquet"
    for name in ("catalogue", "log"):
        parser.add_argument(f"--{name}", required=True, nargs="+", action="extend", metavar="PATH", help=files)
    parser.add_argument("--artifacts", required=True, metavar="FOLDER", help="folder of the versions")
    parser.add_argument("--keep", type=_at_least_one, default=3, metavar="N", help="newest versions kept (default 3)")
    for name, field in Parameters.model_fields.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=type(field.default),
            default=field.default,
            metavar="N",
            help=f"{field.description} (default {field.default})",
        )


def parameters_of(options: argparse.Namespace) -> Parameters:
    """Return the parameters of a command line.

    Raises:
        InputError: One is out of range.
    """
    try:
        return Parameters(**{name: getattr(options, name) for name in Parameters.model_fields})
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"--{'-'.join(map(str, first['loc'])).replace('_', '-')}: {first['msg']}") from error


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one version is kept")
    return number
