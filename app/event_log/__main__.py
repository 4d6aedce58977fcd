"""``python -m app.event_log verify DIR``: prove that a log is whole, or say what is missing where."""

from __future__ import annotations

from cli.ending import ended

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from app.event_log.verify import verify


def main(arguments: Sequence[str] | None = None, prog: str = "python -m app.event_log") -> int:
    """Print a line per worker; return 1 where something is missing, 2 where there is no log."""
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    verifying = commands.add_parser(
        "verify", help="count every worker's events and find what is missing", epilog=f"example: {prog} verify data/log"
    )
    verifying.add_argument("folder", type=Path, help="the log's folder: event_log.path")
    verifying.add_argument("--json", action="store_true", help="print what was found for a program")
    options = parser.parse_args(arguments)
    try:
        logs = list(verify(options.folder))
    except OSError as error:
        print(f"{options.folder} cannot be read: {error.strerror}", file=sys.stderr)
        return 2
    if not logs:
        print(f"{options.folder} holds no log", file=sys.stderr)
        return 2
    damaged = sum(bool(log.faults) for log in logs)
    if options.json:
        print(json.dumps([asdict(log) for log in logs], indent=2))
        return int(damaged > 0)
    for log in logs:
        numbers = f", numbers {log.first} to {log.last}" if log.events else ""
        torn = "; the last line is torn" if log.torn_end else ""
        state = "NOT WHOLE" if log.faults else "whole"
        print(f"{log.worker}: {state}: {log.events} events in {log.files} files{numbers}{torn}")
        for fault in log.faults:
            print(f"  {fault}")
    print(f"{sum(log.events for log in logs)} events of {len(logs)} workers; {damaged or 'no'} logs are damaged")
    return int(damaged > 0)


if __name__ == "__main__":
    sys.exit(ended(main))
