"""``python -m tests.faults.reload``: how long answers take while newer artifacts are taken up, and otherwise."""

from __future__ import annotations

from cli.ending import ended

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.faults.scene import staged, until
from tests.service import ROOT

LISTENERS, LENGTH, WORKERS = 64, 20, 2
MOST = 3.0  # times the usual 99th percentile


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both; return 1 where a request failed, or where the 99th percentile grew by more than it may."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.reload", description=__doc__)
    parser.add_argument("--artifacts", type=Path, default=ROOT / "data/artifacts/current", help="a version to serve")
    parser.add_argument("--reloads", type=int, default=30, help="one after the other (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=500, help="requests per second (default: %(default)s)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="segue-reload-") as folder:
        return asyncio.run(measure(options, Path(folder)))


async def measure(options: argparse.Namespace, folder: Path) -> int:
    """Let listeners play, reload again and again, and compare what they waited during a reload and between two."""
    usual: list[float] = []
    during: list[float] = []
    async with staged(folder, options.artifacts) as scene:
        load = scene.play(LISTENERS, LENGTH, "reload", options.rate)
        async with load:
            await asyncio.sleep(3)
            for _ in range(options.reloads):
                copied = await asyncio.to_thread(scene.publish, current=False)  # which costs time itself
                await asyncio.sleep(0.5)
                start = len(load.tally.seconds)
                await asyncio.sleep(1)
                usual += load.tally.seconds[start:]
                start = len(load.tally.seconds)
                scene.point_at(copied.name)
                scene.service.process.send_signal(signal.SIGHUP)
                # In the log, because /metrics would cost a worker time of its own.
                said = f"version {copied.name} of the artifacts is served"
                await until(lambda said=said: scene.service.stderr.count(said) == WORKERS)
                during += load.tally.seconds[start:]
    before_s, while_s = (float(np.percentile(seconds, 99)) for seconds in (usual, during))
    broken = load.tally.failed + load.tally.broken
    print(
        f"{options.reloads} reloads under {options.rate:,.0f} requests per second: 99 of 100 answers within "
        f"{while_s * 1000:.1f} ms during a reload ({len(during):,} answers), {before_s * 1000:.1f} ms otherwise "
        f"({len(usual):,}), {while_s / before_s:.1f} times as long (wanted: at most {MOST:.0f}); {broken} failed."
    )
    return int(broken > 0 or while_s > MOST * before_s)


if __name__ == "__main__":
    sys.exit(ended(main))
