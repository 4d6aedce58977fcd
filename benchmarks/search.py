"""Search as somebody types, server side: milliseconds of CPU time per search, at 50,000 tracks and at a million.

Run it with `python -m benchmarks.search`. The catalogue is generated: invented artists with five tracks each. CPU
time is far steadier on a shared machine than the time on the wall, and a search waits for nothing.
"""

from __future__ import annotations

from cli.ending import ended

import sys
import time
from statistics import median
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from rich.console import Console
from rich.table import Table

from app.search import Search
from preprocessing.artifacts import Artifacts, Texts
from preprocessing.sample.names import artist_names, titles

QUERIES = {
    "one letter": "q",
    "a common word": "question",
    "a part of a word": "estio",
    "artist and title": "coral radio question",
    "two common words": "like the",
    "found nowhere": "zqxj",
    "common, never together": "question lullaby",
}
BUDGET_MS = {50_000: 20, 1_000_000: 50}


def catalogue(n_tracks: int, seed: int = 31312) -> Artifacts:
    """Return what a search needs of the artifacts, in memory."""
    rng = np.random.default_rng(seed)
    artists = n_tracks // 5
    parts: Any = SimpleNamespace(
        artist_names=Texts.of(artist_names(artists, rng)),
        track_titles=Texts.of(titles(n_tracks, rng)),
        track_artist=rng.integers(0, artists, n_tracks, dtype=np.int32),
        popular_tracks=rng.permutation(n_tracks).astype(np.int32),
    )
    return cast(Artifacts, parts)


def main() -> None:
    """Measure and print."""
    table = Table(title="A search, 20 tracks wanted: CPU milliseconds, median and worst of 30", title_justify="left")
    for column in ("tracks", "query", "found", "median", "worst", "budget"):
        table.add_column(column, justify="left" if column == "query" else "right")
    for n_tracks, budget in BUDGET_MS.items():
        artifacts, search = catalogue(n_tracks), Search()
        started = time.process_time()
        search.find(artifacts, "first", 1)
        table.add_row(f"{n_tracks:,}", "the first search of all", "", f"{(time.process_time() - started) * 1e3:.0f}")
        for name, query in QUERIES.items():
            costs = []
            for _ in range(30):
                started = time.process_time()
                found = search.find(artifacts, query, 20)
                costs.append((time.process_time() - started) * 1e3)
            table.add_row("", name, str(len(found)), f"{median(costs):.1f}", f"{max(costs):.1f}", str(budget))
    Console(width=140).print(table)


if __name__ == "__main__":
    sys.exit(ended(main))
