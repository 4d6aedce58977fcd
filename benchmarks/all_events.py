"""``python -m benchmarks.all_events``: what it takes to fit what needs all events at once: groups, factors, taste.

Past one machine this is the only task that cannot be divided, so that it bounds the log. Logs of some sizes over one
catalogue are generated and put into sessions; the task gets of them what Spark hands it, in a process of its own. What
a playback takes is the difference between the sizes.
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import io
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import polars as pl
from rich.console import Console

from preprocessing import popularity
from preprocessing.all_events import from_all_events
from preprocessing.parameters import Parameters
from preprocessing.pipeline import read
from preprocessing.progress import Reporter
from preprocessing.ragged import to_ragged
from preprocessing.sample.write import write_sample
from preprocessing.settled import NEEDED

EVENTS = (1_000_000, 4_000_000)
N_TRACKS = 50_000
PLAYBACKS_OF_USER = 100


@dataclass(frozen=True, slots=True)
class Cost:
    """What the task took, with a log of so many playbacks."""

    playbacks: int
    cpu_s: float
    peak_bytes: int  # of the whole process, the interpreter and what it imported included


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.all_events", description=__doc__)
    parser.add_argument("--events", type=int, nargs=2, default=EVENTS, help="sizes of the log (default: %(default)s)")
    parser.add_argument("--tracks", type=int, default=N_TRACKS, help="of the catalogue (default: %(default)s)")
    options = parser.parse_args()
    costs = [measure(events, options.tracks) for events in options.events]
    for cost in costs:
        print(f"{cost.playbacks:,} playbacks: {cost.cpu_s:.1f} s of CPU, {cost.peak_bytes / 2**20:,.0f} MiB at most")
    cpu_s, further_bytes = per_playback(*costs)
    print(f"a further playback: {cpu_s * 1e6:.1f} µs of CPU, {further_bytes:.0f} bytes")


def measure(events: int, tracks: int = N_TRACKS) -> Cost:
    """Return what the task takes for a log of some size."""
    # Processes of their own: the first one's memory must not be counted as the second's.
    with (
        tempfile.TemporaryDirectory() as name,
        ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool,
    ):
        sizes = pool.submit(_prepare, Path(name), events, tracks).result()
        return pool.submit(_fit, Path(name), *sizes).result()


def per_playback(smaller: Cost, larger: Cost) -> tuple[float, float]:
    """Return CPU seconds and bytes of a further playback."""
    more = larger.playbacks - smaller.playbacks
    return (larger.cpu_s - smaller.cpu_s) / more, (larger.peak_bytes - smaller.peak_bytes) / more


def _prepare(folder: Path, events: int, n_tracks: int) -> tuple[int, int]:
    """Write ``events.arrow`` and ``tracks.arrow``, and return the numbers of artists and users."""
    parameters = Parameters()
    write_sample(folder, n_tracks, events // PLAYBACKS_OF_USER, events, 1)
    source = read([f"{folder}/tracks.jsonl"], [f"{folder}/events.jsonl"], parameters, _silent())
    tracks = popularity.of_catalogue(source.catalogue, popularity.sums_of(source.events.lazy()), parameters)
    tracks.write_ipc(folder / "tracks.arrow")
    source.events.select(NEEDED).write_ipc(folder / "events.arrow")
    return source.catalogue.n_artists, len(source.user_ids)


def _fit(folder: Path, n_artists: int, n_users: int) -> Cost:
    events, tracks = (pl.read_ipc(folder / f"{name}.arrow") for name in ("events", "tracks"))
    artist_tracks = to_ragged(popularity.by_artist(tracks.lazy()).collect(), n_artists)
    before = time.process_time()
    from_all_events(events, tracks, artist_tracks, n_users, Parameters(), _silent())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Cost(len(events), time.process_time() - before, peak)


def _silent() -> Reporter:
    return Reporter(Console(file=io.StringIO()))


if __name__ == "__main__":
    sys.exit(ended(main))
