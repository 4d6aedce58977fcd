"""Check the claim: the default chain against the control, in two worlds, with two seeds and over HTTP."""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.settings import Settings, load_settings
from experiments.statistics.welch import Effect
from simulator import neutral
from simulator.options import add_workers, add_world_files, at_least, printer, world_of
from simulator.progress import progress_of
from simulator.running.block import Setup
from simulator.running.over_http import OverHttp
from simulator.running.run import run_in_process, run_over_http
from simulator.running.summary import Group, effect_text, mean_text, summarise
from simulator.segue import segue

EXPERIMENT = "SEGUE"
SEEDS = (31312, 31313)
LEAST_PERCENT = {"dot": 21.5, "cosine": 10.0}
AGREE_WITHIN = 10.0  # percentage points
EXAMPLE = "--episodes 3000 --collect 10000 --no-http"


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of the experiment."""

    world: str
    how: str
    control: Group
    treatment: Group

    @property
    def effect(self) -> Effect:
        """On the mean listening time per session."""
        assert self.treatment.effect is not None  # noqa: S101  # only the first group has none
        return self.treatment.effect


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--episodes", type=at_least(100), default=30_000, metavar="N", help="default: %(default)s")
    parser.add_argument(
        "--collect", type=at_least(1), default=30_000, metavar="N", help="of the neutral log (default: %(default)s)"
    )
    parser.add_argument("--http-episodes", type=at_least(100), metavar="N", help="default: as many as in process")
    parser.add_argument("--no-http", action="store_true", help="only in process")
    parser.add_argument(
        "--concurrency", type=at_least(1), default=128, metavar="N", help="sessions at a time over HTTP"
    )
    add_world_files(parser)
    add_workers(parser)


def main(options: argparse.Namespace, console: Console) -> int:
    """Measure, print the table, and return 0 where all of the claim holds."""
    settings = experiment_settings(load_settings())
    measured = [one for world in LEAST_PERCENT for one in _measure(options, world, settings, console)]
    output = printer()
    output.print(_table(measured, settings.server.default_chain))
    failures = shortcomings(measured)
    for failure in failures:
        output.print(f"✗ {failure}", style="red", highlight=False)
    if not failures:
        output.print("✓ every interval is above 0, every effect is large enough, and the runs of a world agree")
    return 1 if failures else 0


def experiment_settings(settings: Settings) -> Settings:
    """Return the settings with one experiment: the control against the default chain."""
    experiment = {"name": EXPERIMENT, "treatments": {"C": "control", "T1": settings.server.default_chain}}
    return Settings.model_validate(settings.model_dump() | {"experiments": [experiment]})


def shortcomings(measured: list[Measured]) -> list[str]:
    """Return a sentence for everything in which the measurements fall short of the claim."""
    said = []
    for one in measured:
        percent, interval = one.effect.percent or 0.0, one.effect.interval
        if interval is None or interval[0] <= 0:
            said.append(f"{one.world}, {one.how}: the interval is not above 0")
        if percent < LEAST_PERCENT[one.world]:
            said.append(f"{one.world}, {one.how}: {percent:+.1f} % is below {LEAST_PERCENT[one.world]:+.1f} %")
    for world in LEAST_PERCENT:
        percents = [one.effect.percent or 0.0 for one in measured if one.world == world]
        if percents and max(percents) - min(percents) > AGREE_WITHIN:
            said.append(f"{world}: the runs differ by more than {AGREE_WITHIN:g} percentage points")
    return said


def _measure(options: argparse.Namespace, name: str, settings: Settings, console: Console) -> list[Measured]:
    world = world_of(options, name, console)
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        artifacts = neutral.artifacts_of(
            world, settings, Path(folder), options, episodes=options.collect, console=console
        )
        setup = Setup(world, settings, artifacts, EXPERIMENT)
        measured = []
        for seed in SEEDS:
            with progress_of(console, f"{name}, in process, seed {seed}", options.episodes) as advance:
                tally = run_in_process(setup, seed, options.episodes, options.workers, advance)
            measured.append(Measured(name, f"in process, seed {seed}", *summarise(tally, ["C", "T1"])))
        if not options.no_http:
            episodes, seed = options.http_episodes or options.episodes, SEEDS[0]
            experiments = json.dumps([one.model_dump() for one in settings.experiments])
            with (
                segue(artifacts, experiments) as url,
                OverHttp(url, options.concurrency) as service,
                progress_of(console, f"{name}, over HTTP, seed {seed}", episodes) as advance,
            ):
                tally = run_over_http(setup, seed, episodes, service, advance)
            measured.append(Measured(name, f"over HTTP, seed {seed}", *summarise(tally, ["C", "T1"])))
    return measured


def _table(measured: list[Measured], chain: str) -> Table:
    table = Table(title=f"Mean listening time per session, {chain} against control", title_justify="left")
    for heading in ("world", "run", "sessions", "control", chain, "effect (95 % interval)"):
        table.add_column(heading, justify="left" if heading in ("world", "run") else "right")
    for one in measured:
        table.add_row(
            one.world,
            one.how,
            f"{one.control.sessions + one.treatment.sessions:,}",
            mean_text(one.control),
            mean_text(one.treatment),
            effect_text(one.effect),
        )
    return table
