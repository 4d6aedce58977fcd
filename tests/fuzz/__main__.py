"""``python -m tests.fuzz``: thousands of invented requests over the OpenAPI document, every check on."""

from __future__ import annotations

from cli.ending import ended

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.run import fuzz
from tests.worlds import integer_world


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what Schemathesis found; return 1 where it found something."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=1200, help="of each call (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=31312, help="of what is invented (default: %(default)s)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="segue-fuzz-") as folder:
        world = integer_world(Path(folder) / "world")
        ended = fuzz(Path(folder) / "service", world, examples=options.examples, seed=options.seed)
    print(ended.stdout + ended.stderr)
    return ended.returncode


if __name__ == "__main__":
    sys.exit(ended(main))
