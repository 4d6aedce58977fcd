"""``python -m experiments evaluate-offline``: what another chain would have been worth on a log."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from app.routing import build_router
from app.settings import load_settings
from experiments.errors import ExperimentError
from experiments.offline.estimate import Estimate
from experiments.offline.evaluation import Evaluation, evaluate
from experiments.offline.replay import Replay, Step
from experiments.report.log import read_log
from preprocessing.artifacts import ArtifactError, load
from strategies.errors import ConfigurationError


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--log", required=True, metavar="LOG", help="file, folder or glob: a log of Segue's")
    parser.add_argument("--artifacts", required=True, type=Path, metavar="DIR", help="those that served the log")
    parser.add_argument("--chain", required=True, metavar="NAME", help="of settings.toml: the one to estimate")
    parser.add_argument("--served-by", metavar="NAME", help="only what this chain answered (default: all chains)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def main(options: argparse.Namespace) -> None:
    """Estimate and print.

    Raises:
        ExperimentError: The log cannot be read, or nothing in it can be used.
    """
    try:
        settings = load_settings()
        chains = build_router(settings).chains
        if options.chain not in chains:
            raise ConfigurationError.unknown("chain", options.chain, chains, "settings.toml")
        log = read_log(options.log)
        served = log.events["chain"].drop_nulls().unique().cast(pl.String).sort()
        if options.served_by and options.served_by not in served:
            raise ConfigurationError.unknown("chain", options.served_by, served, "the log")
        replay = Replay(log, load(options.artifacts), settings)
    except (ConfigurationError, ArtifactError) as error:
        raise ExperimentError(f"{error}.") from error
    steps = _served_by(replay, options.served_by) if options.served_by else replay
    evaluation = evaluate(chains[options.chain], steps, lambda kind: replay.left_out.update([kind]))
    if options.json:
        print(json.dumps(asdict(evaluation) | {"warnings": evaluation.warnings}, indent=2, allow_nan=False))
    else:
        print_evaluation(evaluation, replay.left_out, Console())


def print_evaluation(evaluation: Evaluation, left_out: Counter[str], console: Console) -> None:
    """Print the table, what it rests on, and the warnings."""
    table = Table(title=f"Fraction heard per recommendation, had {evaluation.chain} answered", title_justify="left")
    for heading in ("", "estimate", "95 % interval"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    table.add_row("as it was answered", *_cells(evaluation.logged))
    table.add_row("by the model alone", f"{evaluation.by_model:.3f}", "")
    table.add_row("by inverse propensity", *_cells(evaluation.inverse_propensity))
    table.add_row("doubly robust", *_cells(evaluation.doubly_robust))
    gain = ("", "not known") if evaluation.gain is None else _cells(evaluation.gain, "+")
    table.add_row("doubly robust, less as it was", *gain)
    console.print(table)
    size = f"{evaluation.recommendations:,} recommendations to {evaluation.users:,} users"
    as_of_its_own = f" say as much of {evaluation.chain} as {evaluation.effective_size:,.0f} of its own would"
    for line in (
        f"{size}{as_of_its_own if evaluation.gain else ''}.",
        "Each is judged where it stood in a session of the chain that served. What sessions would become in the "
        "hands of the other is not estimated: let an experiment tell.",
        *(f"Left out: {count:,} {kind}." for kind, count in sorted(left_out.items())),
    ):
        console.print(line, style="dim", highlight=False)
    for warning in evaluation.warnings:
        console.print(warning, style="yellow", highlight=False)


def _cells(estimate: Estimate | None, sign: str = "") -> tuple[str, str]:
    if estimate is None:
        return "", "no answer of it was logged"
    if estimate.interval is None:
        return f"{estimate.value:{sign}.3f}", ""
    low, high = estimate.interval
    return f"{estimate.value:{sign}.3f}", f"{low:{sign}.3f} to {high:{sign}.3f}"


def _served_by(steps: Replay, chain: str) -> Iterator[Step]:
    return (step for step in steps if step.chain == chain)
