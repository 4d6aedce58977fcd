"""``python -m benchmarks.preprocessing``: the whole preprocessing beside merely scanning the same log, by size.

Both run as processes of their own with the same number of threads, in alternation, so that whatever else the
machine does meets both. The interpreter's start and the imports are part of both. Users and tracks grow with
the log: 50 playbacks of a user, 20 of a track.
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.preprocessing_plot import Point, plot

EVENTS = (350_000, 3_000_000, 10_000_000)
PLAYBACKS_OF_USER, PLAYBACKS_OF_TRACK = 50, 20
FORMATS = ("jsonl", "parquet")

_SCAN = {
    "jsonl": "import sys, polars as pl; pl.scan_ndjson(sys.argv[1]).select(pl.col('time').sum(), pl.len()).collect()",
    "parquet": "import sys, polars as pl; pl.scan_parquet(sys.argv[1]).select(pl.all().null_count()).collect()",
}
_STAGE = re.compile(r"^(.+): [\d.]+ s, ([\d.]+) s of CPU", re.MULTILINE)
_TO_PARQUET = "import sys, polars as pl; pl.scan_ndjson(sys.argv[1]).drop('experiments').sink_parquet(sys.argv[2])"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took."""

    wall_s: float
    cpu_s: float  # user and system
    peak_mib: float
    stages_cpu_s: Mapping[str, float]  # what it said of its stages


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the costs and draw them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.preprocessing", description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=EVENTS, help="sizes of the log (default: %(default)s)")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS, help="(default: both)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, medians are shown (default %(default)s)")
    parser.add_argument("--folder", type=Path, help="where the logs are written meanwhile")
    parser.add_argument("--svg", type=Path, help="also draw the plot there")
    options = parser.parse_args(arguments)
    table = Table(title=f"The whole preprocessing beside a scan of the same log, medians of {options.rounds} rounds")
    for heading in ("events", "format", "scan CPU s", "CPU s", "ratio (range)", "wall s", "events/s", "peak MiB"):
        table.add_column(heading, justify="right")
    stages = Table(title="CPU seconds of its stages, the start and the imports left out")
    for heading in ("events", "format", "stages"):
        stages.add_column(heading, justify="right" if heading == "events" else "left")
    points: list[Point] = []
    for events in options.events:
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            generate(Path(name), events, options.formats)
            for kind in options.formats:
                point, row, of_stages = _measure(Path(name), kind, events, options.rounds)
                points.append(point)
                table.add_row(*row)
                said = ", ".join(f"{stage} {cpu_s:.2f}" for stage, cpu_s in of_stages.items())
                stages.add_row(f"{events:,}", kind, said)
    console = Console(width=120)
    console.print(table)
    console.print(stages)
    for kind in options.formats:
        first, *_, last = [point for point in points if point.kind == kind] * 2
        if first.events != last.events:
            power = math.log(last.cpu_s / first.cpu_s) / math.log(last.events / first.events)
            console.print(f"{kind}: CPU grows as events to the power {power:.2f}")
    if options.svg:
        options.svg.write_text(plot(points))


def generate(folder: Path, events: int, formats: Sequence[str]) -> None:
    """Write a catalogue and a log of so many events into a folder, in some of FORMATS."""
    # In processes of their own: a child's peak memory is never counted below that of the parent it was forked from.
    sizes = ["--tracks", str(events // PLAYBACKS_OF_TRACK), "--users", str(events // PLAYBACKS_OF_USER)]
    run(["-m", "preprocessing.sample", "--folder", str(folder), *sizes, "--playbacks", str(events), "--seed", "1"])
    if "parquet" in formats:
        run(["-c", _TO_PARQUET, str(folder / "events.jsonl"), str(folder / "events.parquet")])


def _measure(folder: Path, kind: str, events: int, rounds: int) -> tuple[Point, list[str], Mapping[str, float]]:
    log = folder / f"events.{kind}"
    costs = [(run(["-c", _SCAN[kind], str(log)]), preprocess_anew(folder, log)) for _ in range(rounds)]
    scan, full = (_median([cost[i] for cost in costs]) for i in (0, 1))
    ratios = sorted(after.cpu_s / before.cpu_s for before, after in costs)
    row = [f"{events:,}", kind, f"{scan.cpu_s:.2f}", f"{full.cpu_s:.2f}"]
    row += [f"{statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})", f"{full.wall_s:.1f}"]
    row += [f"{events / full.wall_s:,.0f}", f"{full.peak_mib:,.0f}"]
    return Point(kind, events, scan.cpu_s, full.cpu_s), row, full.stages_cpu_s


def preprocess_anew(folder: Path, log: Path) -> Cost:
    """Return what the first run over a log takes, with the folder's catalogue: it finds nothing of a run before."""
    with tempfile.TemporaryDirectory(dir=folder) as artifacts:
        return preprocess(folder, log, Path(artifacts))


def preprocess(folder: Path, log: Path, artifacts: Path) -> Cost:
    """Return what a run over a log takes, with the folder's catalogue."""
    catalogue = str(folder / "tracks.jsonl")
    return run(["-m", "preprocessing", "--catalogue", catalogue, "--log", str(log), "--artifacts", str(artifacts)])


def run(arguments: Sequence[str]) -> Cost:
    """Return what Python takes with some arguments.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    threads = str(os.cpu_count() or 1)
    started_s = os.times().elapsed
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"POLARS_MAX_THREADS": threads},
    )
    assert process.stderr is not None  # noqa: S101 - it is a pipe
    with process.stderr as said:
        stages = {stage: float(cpu_s) for stage, cpu_s in _STAGE.findall(said.read())}
    # wait4 tells what this one child used; it also reaps it, which Popen has to be told.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    wall_s = os.times().elapsed - started_s
    kib = 1 if sys.platform != "darwin" else 1024  # ru_maxrss is in bytes on macOS
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / kib / 1024, stages)


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.wall_s for cost in costs),
        statistics.median(cost.cpu_s for cost in costs),
        statistics.median(cost.peak_mib for cost in costs),
        {stage: statistics.median(cost.stages_cpu_s[stage] for cost in costs) for stage in costs[0].stages_cpu_s},
    )


if __name__ == "__main__":
    sys.exit(ended(main))
