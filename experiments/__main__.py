"""The command line: `python -m experiments report LOG`, `plan` and `evaluate-offline`."""

from cli.ending import ended

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from experiments.errors import ExperimentError
from experiments.interleaving import interleaved, interleaving_table
from experiments.offline import command as evaluate_offline
from experiments.plan import plan
from experiments.report.as_json import to_json
from experiments.report.catalogue import read_catalogue
from experiments.report.cohort import experiment_names, find_experiment
from experiments.report.log import read_log
from experiments.report.metrics import PRIMARY
from experiments.report.page.page import to_html
from experiments.report.playbacks import Playbacks, playbacks
from experiments.report.report import Question, Report, report_on
from experiments.report.terminal import print_report
from experiments.report.wording import number_text

_REFUSED = 2  # the exit status when the log or the request cannot be judged, as argparse's own


def main(arguments: Sequence[str] | None = None, prog: str = "python -m experiments") -> int:
    """Run a command and return its exit status: 0, or 2 with one sentence on standard error."""
    options = _parser(prog).parse_args(arguments)
    try:
        if options.command == "plan":
            _plan(options)
        elif options.command == "evaluate-offline":
            evaluate_offline.main(options)
        elif options.command == "interleaving":
            found = interleaved(playbacks(read_log(options.log)))
            if options.json:
                print(json.dumps(asdict(found) | {"winner": found.winner}, indent=2))
            else:
                Console().print(interleaving_table(found))
        else:
            _report(options)
    except ExperimentError as error:
        print(error, file=sys.stderr)
        return _REFUSED
    return 0


def _report(options: argparse.Namespace) -> None:
    log = playbacks(read_log(options.log))
    question = Question(
        metric=options.metric,
        shares=options.shares,
        before=playbacks(read_log(options.before)) if options.before else None,
        catalogue=read_catalogue(options.catalogue) if options.catalogue else None,
    )
    reports = _reports(log, options.experiment, question)
    to_stdout = options.json == "-"
    if options.json:
        _write(options.json, to_json(reports) + "\n")
    if options.html:
        _write(options.html, to_html(reports, source=options.log))
    if not to_stdout:
        console = Console()
        for report in reports:
            print_report(report, console)


def _reports(log: Playbacks, experiment: str | None, question: Question) -> list[Report]:
    if experiment is not None:
        return [report_on(log, find_experiment(log, experiment), question)]
    reports, refusals = [], []
    for name in experiment_names(log):
        try:
            reports.append(report_on(log, name, question))
        except ExperimentError as error:
            refusals.append(str(error))
    if not reports:
        raise ExperimentError(" ".join(refusals) or "No playback of the log takes part in an experiment.")
    for refusal in refusals:
        print(refusal, file=sys.stderr)
    return reports


def _plan(options: argparse.Namespace) -> None:
    plans = plan(playbacks(read_log(options.log)), options.effect, options.power)
    if options.json:
        print(json.dumps([asdict(each) | {"metric": each.metric.name} for each in plans], indent=2))
        return
    table = Table(
        title=f"To see an effect of {options.effect:g} % with a probability of {options.power:.0%}",
        caption="Two equal groups, 5 % two-sided; users and sessions count both groups together.",
        title_justify="left",
        caption_justify="left",
    )
    for column in ("metric", "mean", "spread over users", "users", "sessions"):
        table.add_column(column, justify="left" if column == "metric" else "right")
    for line in plans:
        mean, spread = (number_text(value, line.metric.digits) for value in (line.mean, line.deviation))
        table.add_row(line.metric.label, mean, spread, f"{line.users:,}", f"{line.sessions:,}")
    Console().print(table)


def _write(target: str, text: str) -> None:
    if target == "-":
        sys.stdout.write(text)
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ExperimentError(f"{target} cannot be written: {error.strerror}.") from error


def _shares(text: str) -> dict[str, float]:
    try:
        pairs = [part.split("=") for part in text.split(",")]
        return {name.strip(): float(share) for name, share in pairs}
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form C=0.8,T1=0.2") from None


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="Judge A/B tests by their playback log.")
    commands = parser.add_subparsers(dest="command", required=True)
    report = commands.add_parser(
        "report",
        help="compare an experiment's treatments with its control",
        epilog=f"example: {prog} report data/log --html report.html",
    )
    report.add_argument("log", metavar="LOG", help="file, folder or glob: .jsonl, .jsonl.gz, .jsonl.zst, .parquet")
    report.add_argument("--experiment", metavar="NAME", help="only this one (default: all in the log)")
    report.add_argument("--html", metavar="FILE", help="write a page that stands alone")
    report.add_argument("--json", metavar="FILE", help="write the figures; - is standard output")
    report.add_argument("--metric", default=PRIMARY.name, help="what the verdict is about (default: %(default)s)")
    report.add_argument("--before", metavar="LOG", help="a log of the time before the experiment, for CUPED")
    report.add_argument("--catalogue", metavar="FILE", type=Path, help="tracks with their artists")
    report.add_argument("--shares", type=_shares, metavar="C=0.8,T1=0.2", help="intended shares (default: equal)")
    planner = commands.add_parser(
        "plan",
        help="how many users and sessions it takes to see an effect",
        epilog=f"example: {prog} plan --effect 2 --log data/log",
    )
    planner.add_argument("--effect", type=float, required=True, metavar="PERCENT", help="the effect worth seeing")
    planner.add_argument("--log", required=True, metavar="LOG", help="a log of the service as it is")
    planner.add_argument("--power", type=float, default=0.8, help="the chance to see it (default: %(default)s)")
    planner.add_argument("--json", action="store_true", help="print the figures as JSON")
    offline = commands.add_parser(
        "evaluate-offline",
        help="estimate from an exploring chain's log what another is worth",
        epilog=f"example: {prog} evaluate-offline --log data/log --artifacts data/artifacts --chain taste",
    )
    evaluate_offline.add_options(offline)
    duel = commands.add_parser(
        "interleaving",
        help="which of the interleaved chains is heard longer",
        epilog=f"example: {prog} interleaving data/log",
    )
    duel.add_argument("--json", action="store_true", help="print the figures as JSON")
    duel.add_argument("log", metavar="LOG", help="a log with sessions that a chain with 'interleaving' served")
    return parser


if __name__ == "__main__":
    sys.exit(ended(main))
