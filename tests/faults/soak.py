"""``python -m tests.faults.soak``: serve for long, and watch what may only grow a little: memory, files, tasks."""

from __future__ import annotations

from cli.ending import ended

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

from tests.faults.curve import Moment, curve
from tests.faults.scene import staged
from tests.service import ROOT

PICTURE = ROOT / "docs" / "soak.svg"
LISTENERS, LENGTH = 64, 20
MOST_GROWTH = 0.05  # of a worker's memory after the first minute


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the curve and print what came of it; return 1 where something failed or grew."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--artifacts", type=Path, default=ROOT / "data/artifacts/current", help="a version to serve")
    parser.add_argument("--minutes", type=float, default=10, help="how long (default: %(default)s)")
    parser.add_argument("--share", type=float, default=0.8, help="of what the service can take (default: %(default)s)")
    parser.add_argument("--picture", type=Path, default=PICTURE, help="where to draw it (default: %(default)s)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="segue-soak-") as folder:
        return asyncio.run(soak(options, Path(folder)))


async def soak(options: argparse.Namespace, folder: Path) -> int:
    """Measure the capacity, then serve at a share of it."""
    async with staged(folder, options.artifacts) as scene:
        started_s = time.monotonic()
        async with scene.play(LISTENERS, LENGTH, "full") as load:
            await asyncio.sleep(15)
        capacity = load.tally.answered / (time.monotonic() - started_s)
        workers = [psutil.Process(pid) for pid in scene.workers()]
        moments: list[Moment] = []
        started_s = time.monotonic()
        async with scene.play(LISTENERS, LENGTH, "soak", options.share * capacity) as load:
            while (elapsed_s := time.monotonic() - started_s) < options.minutes * 60:
                moments.append(await asyncio.to_thread(_moment, elapsed_s, scene.port, workers))
                await asyncio.sleep(2)
        tally, rate = load.tally, load.tally.answered / elapsed_s
        logged = {event["request"] for event in scene.service.events()}
    lost = sum(request not in logged for run in tally.runs for request in run)
    options.picture.write_text(curve(moments))
    settled = [moment for moment in moments if moment.elapsed_s >= 60] or moments
    growth = max(last / first - 1 for first, last in zip(settled[0].memory_mib, settled[-1].memory_mib, strict=True))
    files, tasks = ([min(seen), max(seen)] for seen in zip(*((at.files, at.tasks) for at in settled), strict=True))
    print(
        f"{tally.answered:,} requests in {elapsed_s / 60:.1f} minutes, {rate:,.0f} per second of {capacity:,.0f} "
        f"possible; {tally.failed} failed, {tally.broken} connections broken, {lost} events lost. After the first "
        f"minute the memory of a worker grew by {growth:.1%} (wanted: less than {MOST_GROWTH:.0%}); open files were "
        f"{files[0]} to {files[1]}, tasks {tasks[0]} to {tasks[1]}."
    )
    return int(tally.failed + tally.broken + lost > 0 or growth >= MOST_GROWTH)


def _moment(elapsed_s: float, port: int, workers: Sequence[psutil.Process]) -> Moment:
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    return Moment(
        elapsed_s,
        tuple(worker.memory_full_info().uss / 2**20 for worker in workers),
        sum(worker.num_fds() for worker in workers),
        round(families["segue_tasks"].samples[0].value),
    )


if __name__ == "__main__":
    sys.exit(ended(main))
