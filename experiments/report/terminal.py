"""The report in a terminal."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.report.comparison import Comparison
from experiments.report.report import Report
from experiments.report.verdict import cautions, split_is_broken, tone_of, verdicts
from experiments.report.wording import interval_text, number_text, p_text, percent_text

_WIDE = 120  # columns from which on the further judges' intervals fit beside the plain one
_COLOURS = {"good": "green", "bad": "red", "neutral": ""}


def print_report(report: Report, console: Console) -> None:
    """Print the verdict, its cautions, the table of effects and the footnote."""
    console.print(Text(f"\n{report.experiment}", style="bold"))
    for verdict in verdicts(report):
        console.print(Text(verdict.text, style=f"bold {_COLOURS[verdict.tone]}".strip()))
    for caution in cautions(report):
        console.print(Text(caution, style="red" if split_is_broken(report) else "yellow"))
    console.print(_table(report, wide=console.width >= _WIDE))
    for treatment, users in report.users.items():
        console.print(f"{treatment}: {users:,} users, {report.sessions[treatment]:,} sessions", style="dim")
    console.print(f"Split as intended: p = {p_text(report.sample_ratio_p)}", style="dim")
    for note in report.notes:
        console.print(Text(f"· {note}", style="dim"))


def _table(report: Report, *, wide: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("")
    further = ("if you peek", "with CUPED") if wide else ()
    p_label = "p (Holm)" if len(report.users) > 2 else "p"
    for column in ("", "control", "treated", "effect", "95 % interval", p_label, *further):
        table.add_column(column, justify="right", no_wrap=True)
    for comparison in report.comparisons:
        cells = _cells(comparison)
        table.add_row(*(cells if wide else cells[:-2]), style=_COLOURS[tone_of(comparison)])
    return table


def _cells(comparison: Comparison) -> list[str]:
    effect, metric = comparison.effect, comparison.metric
    return [
        metric.label,
        comparison.treatment,
        number_text(effect.control_mean, metric.digits),
        number_text(effect.treatment_mean, metric.digits),
        percent_text(effect.percent),
        interval_text(effect.interval),
        p_text(comparison.p_holm),
        interval_text(comparison.always_valid),
        interval_text(comparison.cuped_interval),
    ]
