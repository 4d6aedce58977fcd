"""``python -m preprocessing.sample``: an invented catalogue and playback log to try Segue with."""

from __future__ import annotations

from cli.ending import ended

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from preprocessing.sample.write import write_sample


def main(arguments: Sequence[str] | None = None, prog: str = "python -m preprocessing.sample") -> int:
    """Write the sample and return the exit code."""
    parser = argparse.ArgumentParser(prog=prog, description=__doc__, epilog=f"example: {prog} --folder data/sample")
    parser.add_argument("--folder", type=Path, default=Path("data/sample"), help="(default data/sample)")
    for name, default, what in (
        ("tracks", 5_000, "tracks in the catalogue"),
        ("users", 1_000, "users in the log"),
        ("playbacks", 100_000, "rows of the log"),
    ):
        parser.add_argument(
            f"--{name}", type=_positive, default=default, metavar="N", help=f"{what} (default {default})"
        )
    parser.add_argument("--seed", type=_not_negative, default=1, metavar="N", help="same seed, same files (default 1)")
    options = parser.parse_args(arguments)
    try:
        write_sample(options.folder, options.tracks, options.users, options.playbacks, options.seed)
    except OSError as error:
        sys.stderr.write(f"sample: {options.folder} cannot be written: {error}\n")
        return 2
    sys.stdout.write(f"wrote tracks.jsonl and events.jsonl to {options.folder}\n")
    return 0


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _not_negative(text: str) -> int:
    if (number := int(text)) < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


if __name__ == "__main__":
    sys.exit(ended(main))
