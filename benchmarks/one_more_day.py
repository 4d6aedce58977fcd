"""``python -m benchmarks.one_more_day``: what preprocessing costs after one more day of a log, beside all days anew.

The log is a file for each of a hundred days, and one day more. Its size is a little above what taste is learned from,
so that what was learned stays (docs/decisions/0085-what-is-learned-stays-a-while.md).
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import sys
import tempfile
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.preprocessing import Cost, generate, preprocess, preprocess_anew

EVENTS = 3_080_000
DAYS = 100  # and one more


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.one_more_day", description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS, help="of all days (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="where the log is written meanwhile")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        generate(folder, options.events, ["jsonl"])
        last = _in_days(folder, options.events // (DAYS + 1))
        log, artifacts = folder / "log", folder / "artifacts"
        costs = {f"{DAYS} days": preprocess(folder, log, artifacts)}
        last.rename(log / last.name)
        costs["one more day"] = preprocess(folder, log, artifacts)
        costs[f"{DAYS + 1} days anew"] = preprocess_anew(folder, log)
    _print(costs)


def _in_days(folder: Path, events_of_day: int) -> Path:
    """Divide the log by time into days in the folder ``log``, and return the last one, which is not there yet."""
    (folder / "log").mkdir()
    with (folder / "events.jsonl").open() as lines:
        for day in range(DAYS + 1):
            file = folder / ("log" if day < DAYS else ".") / f"day{day:03}.jsonl"
            with file.open("w") as written:
                written.writelines(islice(lines, events_of_day))
    return file


def _print(costs: dict[str, Cost]) -> None:
    table = Table(title="The preprocessing after one more day")
    for heading in ("log", "CPU s", "wall s", "peak MiB", "CPU seconds of the stages"):
        table.add_column(heading, justify="left" if heading in ("log", "CPU seconds of the stages") else "right")
    for log, cost in costs.items():
        said = ", ".join(f"{stage} {cpu_s:.2f}" for stage, cpu_s in cost.stages_cpu_s.items())
        table.add_row(log, f"{cost.cpu_s:.1f}", f"{cost.wall_s:.1f}", f"{cost.peak_mib:,.0f}", said)
    console = Console(width=140)
    console.print(table)
    _, day, anew = costs.values()
    console.print(f"one more day costs {day.cpu_s / anew.cpu_s:.0%} of all days anew")


if __name__ == "__main__":
    sys.exit(ended(main))
