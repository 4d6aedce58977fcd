"""``python -m strategies``: begin a strategy."""

from __future__ import annotations

from cli.ending import ended

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from strategies.errors import ConfigurationError
from strategies.new import create

FAILED = 2


def main(arguments: Sequence[str] | None = None, prog: str = "python -m strategies") -> int:
    """Run a command and return its exit status: 0, or 2 with one sentence on standard error."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Begin a strategy of your own.",
        epilog=f"example: {prog} new my_idea",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    new = commands.add_parser(
        "new",
        help="write the module, registry line, settings and test of a strategy that runs",
        epilog=f"example: {prog} new my_idea",
    )
    new.add_argument("name", help="small letters, digits and _, e.g. my_idea")
    options = parser.parse_args(arguments)
    try:
        for file in create(options.name, Path.cwd()):
            print(file.relative_to(Path.cwd()))
    except (ConfigurationError, OSError) as error:
        print(f"strategies: {error}", file=sys.stderr)
        return FAILED
    print(f"\nNext: python -m pytest tests/unit/strategies/test_{options.name}.py, then docs/write-a-strategy.md")
    return 0


if __name__ == "__main__":
    sys.exit(ended(main))
