"""``python -m tests.faults``: pull every plug under load, and count what was lost."""

from __future__ import annotations

from cli.ending import ended

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.faults.accounts import Account
from tests.faults.faults import FAULTS
from tests.faults.run import Size, run, skipped
from tests.service import ROOT

PAGE = ROOT / "docs" / "reliability.md"
HEADINGS = (
    "fault",
    "requests",
    "failed",
    "broken connections",
    "slowest",
    "circuit open",
    "events lost",
    "sessions lost",
    "invariants broken",
    "healthy after",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 where something was lost that must not be."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--artifacts", type=Path, default=ROOT / "data/artifacts/current", help="a version to serve")
    parser.add_argument("--listeners", type=int, default=64, help="at once (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=6500, help="per fault, at least (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=5, help="that a fault lasts (default: %(default)s)")
    parser.add_argument("--only", default="", help="faults whose name holds this")
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)} too")
    options = parser.parse_args(arguments)
    size = Size(options.listeners, options.requests, options.seconds)
    accounts: list[Account] = []
    with tempfile.TemporaryDirectory(prefix="segue-faults-") as folder:
        for number, fault in enumerate(FAULTS):
            if options.only not in fault.name:
                continue
            if reason := skipped(fault):
                print(f"skipped: {reason}", file=sys.stderr)
                continue
            accounts.append(asyncio.run(run(fault, size, options.artifacts, Path(folder) / str(number))))
            print(_row(accounts[-1]), file=sys.stderr, flush=True)
    table = _table(accounts)
    print(table)
    if options.write:
        page = PAGE.read_text()
        PAGE.write_text(re.sub(r"(?<=<!-- table -->\n).*?(?=<!-- end -->)", lambda _: table, page, flags=re.DOTALL))
    return int(not all(account.is_clean for account in accounts))


def _table(accounts: Sequence[Account]) -> str:
    total = sum(account.requests for account in accounts)
    rows = [f"| {' | '.join(HEADINGS)} |", f"| --- |{' ---: |' * (len(HEADINGS) - 1)}", *map(_row, accounts)]
    return "\n".join([*rows, "", f"{total:,} requests in all.", ""])


def _row(account: Account) -> str:
    cells = (
        account.fault,
        f"{account.requests:,}",
        account.failed,
        account.broken,
        f"{account.slowest_s * 1000:,.0f} ms",
        "" if account.slowest_open_s is None else f"{account.slowest_open_s * 1000:,.0f} ms",
        account.events_lost,
        account.sessions_lost,
        account.invariants,
        f"{account.healthy_s:.1f} s",
    )
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(ended(main))
