"""Run episodes against the chains in process, or against a service over HTTP."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from app.settings import load_settings
from simulator.errors import SimulatorError
from simulator.options import add_workers, add_world, at_least, printer, seed_number, world_of
from simulator.progress import progress_of
from simulator.running.block import Setup
from simulator.running.over_http import OverHttp
from simulator.running.run import run_in_process, run_over_http
from simulator.running.summary import summarise, summary_table

EXAMPLE = "--world dot --chain control --chain taste --episodes 2000"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--episodes", type=at_least(1), default=3000, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=seed_number, default=31312, metavar="N", help="default: %(default)s")
    served = parser.add_mutually_exclusive_group()
    served.add_argument("--experiment", metavar="NAME", help="of settings.toml; default: as the service decides")
    served.add_argument(
        "--chain",
        action="append",
        default=[],
        metavar="NAME",
        help="serve everybody with it; several take turns, and are compared with the first",
    )
    add_world(parser)
    parser.add_argument("--artifacts", type=Path, metavar="DIR", help="default: those of the settings")
    parser.add_argument("--log", type=Path, metavar="FOLDER", help="write the playback log into it")
    add_workers(parser)
    http = parser.add_argument_group("over HTTP")
    http.add_argument("--url", metavar="URL", help="a running service, e.g. http://127.0.0.1:5000")
    http.add_argument(
        "--concurrency", type=at_least(1), default=64, metavar="N", help="sessions at a time (default: %(default)s)"
    )


def main(options: argparse.Namespace, console: Console) -> int:
    """Run, and print the summary."""
    if options.url and options.chain:
        raise SimulatorError("over HTTP the service chooses its chain: leave out --chain, or --url")
    if len(dict.fromkeys(options.chain[: options.episodes])) < len(dict.fromkeys(options.chain)):
        raise SimulatorError(
            f"the chains take turns, and --episodes {options.episodes} leaves some without any: "
            f"ask for {len(options.chain)} or more"
        )
    settings = load_settings()
    world = world_of(options, options.world, console)
    setup = Setup(
        world=world,
        settings=settings,
        artifacts=options.artifacts or settings.artifacts.path,
        experiment=options.experiment,
        chains=tuple(options.chain),
        with_log=options.log is not None,
    )
    how = "-".join(options.chain) or options.experiment or "settings"
    place = "-http" if options.url else ""
    log = options.log and options.log / f"events-{options.world}-{how}-{options.seed}{place}.jsonl"
    name = f"{options.world}, {how}, seed {options.seed}"
    with progress_of(console, name, options.episodes) as advance:
        if options.url:
            with OverHttp(options.url, options.concurrency) as service:
                tally = run_over_http(setup, options.seed, options.episodes, service, advance, log)
        else:
            tally = run_in_process(setup, options.seed, options.episodes, options.workers, advance, log)
    printer().print(summary_table(summarise(tally, list(dict.fromkeys(options.chain)) or None), name))
    return 0
