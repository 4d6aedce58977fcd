"""The report in a terminal."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.report.comparison import Comparison
from experiments.report.report import Report
from experiments.report.verdict import cautions, split_is_broken, verdict
from experiments.report.wording import interval_text, number_text, p_text, percent_text

_WIDE = 120  # columns from which on the further judges' intervals fit beside the plain one


def print_report(report: Report, console: Console) -> None:
    """Print the verdict, its cautions, the table of effects and the footnote."""
    broken = split_is_broken(report)
    colour = "red" if broken else _colour(*report.verdicts)
    console.print(Text(f"\n{report.experiment}: {verdict(report)}", style=f"bold {colour}".strip()))
    for caution in cautions(report):
        console.print(Text(caution, style="red" if broken else "yellow"))
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
    for column in ("", "control", "treated", "effect", "95 % interval", "p", *further):
        table.add_column(column, justify="right", no_wrap=True)
    for comparison in report.comparisons:
        cells = _cells(comparison)
        table.add_row(*(cells if wide else cells[:-2]), style=_colour(comparison))
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


def _colour(*comparisons: Comparison) -> str:
    judged = {comparison.good for comparison in comparisons}
    return "red" if False in judged else "green" if True in judged else ""
