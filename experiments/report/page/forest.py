"""The forest plot: every effect with its interval on one axis."""

from xml.etree.ElementTree import Element

from experiments.report.comparison import Comparison
from experiments.report.page.axis import WIDTH, Scale, drawing, series, ticks
from experiments.report.page.markup import tag
from experiments.report.wording import interval_text, percent_text

_WIDEST = 100.0  # percent; what reaches further is cut at the edge, or one wild metric would hide the others
_ROW = 42


def forest_plot(comparisons: list[Comparison], treatments: list[str]) -> Element | None:
    """Draw each effect as a dot, its 95 % interval as a bar and its always-valid one as a line."""
    shown = [c for c in comparisons if c.effect.percent is not None and c.effect.interval is not None]
    if not shown:
        return None
    ends = [abs(end) for c in shown for end in (*(c.effect.interval or ()), *(c.always_valid or ()))]
    reach = min(_WIDEST, max(ends) * 1.05)
    x = Scale(-reach, reach, 14, WIDTH - 14)
    height = len(shown) * _ROW + 34
    parts = [tag("line", class_="grid", x1=x(v), x2=x(v), y1=6, y2=height - 26) for v in ticks(-reach, reach, 4)]
    parts.append(tag("line", class_="zero", x1=x(0), x2=x(0), y1=6, y2=height - 26))
    parts += [
        tag("text", percent_text(v, 0), class_="small", x=x(v), y=height - 10, text_anchor="middle")
        for v in ticks(-reach, reach, 4)
    ]
    for row, comparison in enumerate(shown):
        colour = series(treatments.index(comparison.treatment))
        parts += _row(comparison, x, 20 + row * _ROW, colour, several=len(treatments) > 2)
    return drawing(height, _description(shown), parts)


def _row(comparison: Comparison, x: Scale, top: float, colour: str, *, several: bool) -> list[Element]:
    effect, always_valid = comparison.effect, comparison.always_valid
    low, high = effect.interval or (0.0, 0.0)
    label = f"{comparison.metric.label}, {comparison.treatment}" if several else comparison.metric.label
    middle = top + 14
    parts = [
        tag("text", label, x=14, y=top),
        tag("text", percent_text(effect.percent), x=WIDTH - 14, y=top, text_anchor="end"),
        tag("line", class_=f"thick {colour}", x1=x(low), x2=x(high), y1=middle, y2=middle),
        tag("circle", class_=f"fill {colour}", cx=x(effect.percent or 0.0), cy=middle, r=6),
    ]
    if always_valid:
        whole = {"x1": x(always_valid[0]), "x2": x(always_valid[1])}
        parts.insert(2, tag("line", class_=f"thin {colour}", y1=middle, y2=middle, **whole))
    return parts


def _description(shown: list[Comparison]) -> str:
    lines = []
    for comparison in shown:
        effect = f"{percent_text(comparison.effect.percent)} ({interval_text(comparison.effect.interval)})"
        lines.append(f"{comparison.metric.label}, {comparison.treatment}: {effect}")
    return "Effects with their 95 % intervals. " + "; ".join(lines) + "."
