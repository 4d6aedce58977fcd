"""A flame graph of one worker under load: where the CPU time of a request goes.

Samples come from py-spy, which looks at the process from outside, so that the code under measurement runs as it always
does. A table of the functions that hold the processor most is printed beside it.
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.load import PLAYBACKS, send
from benchmarks.processes import ROOT, free_port, segue_environment, serving
from preprocessing.artifacts import load

SAMPLES_PER_S = 500
SESSIONS = 3  # of each connection, load after load
SHOWN = 25  # functions in the table


def main() -> None:
    """Measure, draw and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("--artifacts", type=Path, default=ROOT / "data/artifacts", help="what Segue serves")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=int, default=10, help="of sampling, for the picture and for the table each")
    parser.add_argument("--svg", type=Path, default=ROOT / "reports/profile.svg", help="where the picture goes")
    options = parser.parse_args()
    options.svg.parent.mkdir(parents=True, exist_ok=True)
    loaded = load(options.artifacts)
    requests = SESSIONS * PLAYBACKS * options.connections  # whole sessions: the next load goes on with an open one
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = segue_environment(options.artifacts, Path(folder))
        with serving(["-m", "app", "--port", str(port)], port, environment, "/health/ready") as process:
            stacks = Path(folder) / "stacks"
            for form, file in (("flamegraph", options.svg), ("raw", stacks)):
                sampler = _sampling(process, form, file, options.seconds)
                while sampler.poll() is None:
                    send(port, options.connections, requests, max(loaded.n_users, 1), loaded.n_tracks)
                if sampler.returncode:
                    raise SystemExit("py-spy could not sample the process; why stands above")
            table = _table(stacks.read_text())
    Console(width=120).print(table)
    print(f"the flame graph is in {options.svg}")


def _sampling(process: psutil.Process, form: str, file: Path, seconds: int) -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).with_name("py-spy")), "record", "--pid", str(process.pid), "--format", form]
    command += ["--output", str(file), "--duration", str(seconds), "--rate", str(SAMPLES_PER_S)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def _table(stacks: str) -> Table:
    """Return the share of samples in which each function itself, or something that it called, had the processor.

    Args:
        stacks: One line for each stack that was seen: frames from the outermost on, between semicolons, and how often.
    """
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for line in stacks.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [frame.rpartition(":")[0] + ")" for frame in stack.split(";")]  # without the line's number
        own[frames[-1]] += int(count)
        for frame in set(frames):
            whole[frame] += int(count)
    table = Table(title="Share of the samples", title_justify="left")
    for heading in ("function", "itself", "with what it calls"):
        table.add_column(heading, justify="left" if heading == "function" else "right")
    total = own.total()
    for frame, samples in own.most_common(SHOWN):
        table.add_row(frame, f"{samples / total:.1%}", f"{whole[frame] / total:.1%}")
    return table


if __name__ == "__main__":
    sys.exit(ended(main))
