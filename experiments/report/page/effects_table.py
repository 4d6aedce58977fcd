"""The table of effects; on a narrow screen each row becomes a card.

The roles are stated, because a browser forgets that a table is one when its cells are laid out as blocks.
"""

from xml.etree.ElementTree import Element

from experiments.report.comparison import Comparison
from experiments.report.page.markup import tag
from experiments.report.report import Report
from experiments.report.wording import NONE, interval_text, number_text, p_text, percent_text

_COLUMNS = ("Treatment", "Control", "Treated", "Effect", "95 % interval", "p", "If you peek", "With CUPED")


def effects_table(report: Report) -> Element:
    """Return the effects of every treatment on every metric."""
    head = tag("tr", tag("th", "Metric", scope="col"), *(tag("th", name, scope="col") for name in _COLUMNS))
    caption = "Means over users. Coloured: significant, p < 0.05" + (
        " after Holm's correction." if len(report.users) > 2 else "."
    )
    body = tag("tbody", *(_row(comparison) for comparison in report.comparisons))
    return tag("table", tag("caption", caption), tag("thead", head), body, class_="effects", role="table")


def _row(comparison: Comparison) -> Element:
    effect, metric = comparison.effect, comparison.metric
    cells: list[Element | str] = [
        comparison.treatment,
        number_text(effect.control_mean, metric.digits),
        number_text(effect.treatment_mean, metric.digits),
        _marked(comparison),
        interval_text(effect.interval),
        p_text(comparison.p_holm),
        interval_text(comparison.always_valid),
        interval_text(comparison.cuped_interval),
    ]
    labelled = (
        tag("td", cell, role="cell", data_label=name, class_="none" if cell == NONE else None)
        for name, cell in zip(_COLUMNS, cells, strict=True)
    )
    return tag("tr", tag("th", comparison.metric.label, scope="row", role="rowheader"), *labelled, role="row")


def _marked(comparison: Comparison) -> Element:
    text = percent_text(comparison.effect.percent)
    if comparison.good is None:
        return tag("span", text)
    word, colour = ("better", "good") if comparison.good else ("worse", "bad")
    return tag("span", f"{text} {word}", class_=f"mark {colour}")
