"""``python -m simulator``: runs, a neutral log, the claim, the leaderboard and what novelty costs."""

from __future__ import annotations

from cli.ending import INTERRUPTED, ended

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from preprocessing.artifacts import ArtifactError
from simulator.commands import ablation, claim, collect, leaderboard, loop, novelty, run
from simulator.errors import SimulatorError
from strategies.errors import ConfigurationError

FAILED = 2


def parser_of(prog: str) -> argparse.ArgumentParser:
    """Return the parser of all commands; each leaves in ``command`` the function that runs it."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Judge recommenders by simulated people.",
        epilog=f"example: {prog} leaderboard --world dot --episodes 1000",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (run, collect, claim, leaderboard, novelty, loop, ablation):
        name = command.__name__.rpartition(".")[2]
        summary = (command.__doc__ or "").strip().splitlines()[0]
        subparser = commands.add_parser(
            name, help=summary, description=summary, epilog=f"example: {prog} {name} {command.EXAMPLE}"
        )
        command.add_options(subparser)
        subparser.set_defaults(command=command.main)
    return parser


def main(arguments: Sequence[str] | None = None, prog: str = "python -m simulator") -> int:
    """Run a command and return its exit code: 0, 1 for a claim that does not hold, 2 for what could not be run."""
    options = parser_of(prog).parse_args(arguments)
    console = Console(stderr=True)
    try:
        code: int = options.command(options, console)
    except (SimulatorError, ConfigurationError, ArtifactError, OSError) as error:
        console.print(f"simulator: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        return FAILED
    except KeyboardInterrupt:
        console.print("simulator: stopped; a log keeps what was done", style="red")
        return INTERRUPTED
    return code


if __name__ == "__main__":
    sys.exit(ended(main))
