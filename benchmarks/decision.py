"""``python -m benchmarks.decision``: the CPU time of a decision, chain by chain, in sessions that each chain has made.

Only the chain is timed: neither the session store nor HTTP. Chains take turns, so that what else runs meets all alike.
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from rich.console import Console
from rich.table import Table

from app.settings import load_settings
from preprocessing.artifacts import Artifacts, load
from simulator import neutral
from simulator.crowd import Crowd
from simulator.listener import reported
from simulator.options import add_workers, add_world_files, printer, world_of
from simulator.worlds import WORLDS, World
from strategies.base import Query
from strategies.chain import Chain
from strategies.hydrate import hydrate
from strategies.registry import build_chains
from strategies.session import Session

SESSIONS, QUERIES, ROUNDS = 150, 1000, 9
SEED = 31312


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.decision", description=__doc__)
    parser.add_argument("--world", choices=WORLDS, default="dot", help="default: %(default)s")
    parser.add_argument("--collect", type=int, default=40_000, metavar="N", help="of the neutral log")
    add_world_files(parser)
    add_workers(parser)
    options = parser.parse_args()
    console = Console(stderr=True)
    settings, world = load_settings(), world_of(options, options.world, console)
    chains = build_chains(settings.chains)
    with tempfile.TemporaryDirectory() as folder:
        artifacts = load(
            neutral.artifacts_of(world, settings, Path(folder), options, episodes=options.collect, console=console)
        )
        posed = {name: _queries(chain, world, artifacts) for name, chain in chains.items()}
        seconds: dict[str, list[float]] = {name: [] for name in chains}
        for _ in range(ROUNDS):
            for name, chain in chains.items():
                started_s = time.process_time()
                for query in posed[name]:
                    chain(query)
                seconds[name].append((time.process_time() - started_s) / len(posed[name]))
    unit = median(seconds[settings.server.default_chain])
    table = Table(title=f"A decision in {options.world}, {len(world.catalogue):,} tracks, {ROUNDS} rounds")
    for heading in (
        "chain",
        "tracks of the session",
        "µs of CPU, median (range)",
        f"over {settings.server.default_chain}",
    ):
        table.add_column(heading, justify="left" if heading == "chain" else "right")
    for name, found in sorted(seconds.items(), key=lambda entry: median(entry[1])):
        low, middle, high = (1e6 * value for value in (min(found), median(found), max(found)))
        length = np.mean([len(query.tracks) for query in posed[name]])
        table.add_row(name, f"{length:.1f}", f"{middle:.0f} ({low:.0f} to {high:.0f})", f"{middle / unit / 1e6:.1f}")
    printer().print(table)


def _queries(chain: Chain, world: World, artifacts: Artifacts) -> list[Query]:
    """Return a sample of the queries of some sessions that a chain serves."""
    crowd = Crowd(world, SEED, range(SESSIONS))
    tracks = [[int(track)] for track in crowd.first_tracks]
    times = [[float(time)] for time in reported(crowd.opening.times)]
    queries: list[Query] = []
    live = np.arange(SESSIONS)
    while len(live):
        asked = [_query(world, artifacts, int(crowd.users[row]), tracks[row], times[row]) for row in live]
        answers = np.array([chain(query).tracks[0] for query in asked])
        heard = crowd.hear(live, answers)
        for row, track, fraction in zip(live, answers.tolist(), reported(heard.times).tolist(), strict=True):
            tracks[row].append(track)
            times[row].append(fraction)
        queries += asked
        live = live[~heard.ended]
    return random.Random(SEED).sample(queries, min(QUERIES, len(queries)))


def _query(world: World, artifacts: Artifacts, user: int, tracks: list[int], times: list[float]) -> Query:
    ids = [artifacts.track_ids[track] for track in tracks]
    session = Session("benchmark", 0, ids[0], ids, list(times), len(ids) - 1, 0, penalised=False)
    return hydrate(session, world.listeners.user_ids[user], artifacts, skip_threshold=0.2, seed=SEED)


if __name__ == "__main__":
    sys.exit(ended(main))
