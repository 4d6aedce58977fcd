"""The effect over time, in the band that stays valid however often one looks."""

from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from experiments.report.page.axis import WIDTH, Scale, drawing, grid, series
from experiments.report.page.markup import tag
from experiments.report.timeline import Look
from experiments.report.wording import interval_text, percent_text

_HEIGHT = 250
_DAY_MS = 86_400_000


def over_time_plot(treatment: str, looks: list[Look], index: int) -> Element | None:
    """Draw a treatment's effect after each look; None where fewer than two looks have an interval."""
    points = [(look.until, look.effect.percent, look.interval) for look in looks]
    known = [(until, percent, band) for until, percent, band in points if percent is not None and band]
    if len(known) < 2:
        return None
    # The first bands are wide beyond use: the axis is made for the later half, and what exceeds it is cut.
    later = [end for _, _, band in known[len(known) // 2 :] for end in band]
    low, high = min(*later, 0.0), max(*later, 0.0)
    x = Scale(known[0][0], known[-1][0], 58, WIDTH - 16)
    y = Scale(low * 1.1, high * 1.1, _HEIGHT - 30, 10)
    lower = [f"{x(until):.1f},{y(band[0]):.1f}" for until, _, band in known]
    upper = [f"{x(until):.1f},{y(band[1]):.1f}" for until, _, band in known]
    line = " ".join(f"{x(until):.1f},{y(percent):.1f}" for until, percent, _ in known)
    last = known[-1]
    parts = [
        *grid(x, y, lambda value: percent_text(value, 0)),
        tag("line", class_="zero", x1=x.start, x2=x.stop, y1=y(0), y2=y(0)),
        tag("polygon", class_=f"area {series(index)}", points=" ".join([*upper, *reversed(lower)])),
        tag("polyline", class_=f"curve {series(index)}", points=line),
        tag("circle", class_=f"fill {series(index)}", cx=x(last[0]), cy=y(last[1]), r=4.5),
        tag("text", moment(known[0][0], x), class_="small", x=x.start, y=_HEIGHT - 10),
        tag("text", moment(last[0], x), class_="small", x=x.stop, y=_HEIGHT - 10, text_anchor="end"),
    ]
    description = (
        f"Effect of {treatment} over {len(known)} looks, at the last {percent_text(last[1])}, "
        f"always-valid interval {interval_text(last[2])}."
    )
    return drawing(_HEIGHT, description, parts)


def moment(timestamp_ms: float, x: Scale) -> str:
    """Return a time as a day where the axis spans days, as a time of day where it does not (both UTC)."""
    at = datetime.fromtimestamp(timestamp_ms / 1000, tz=UTC)
    return f"{at:%Y-%m-%d}" if x.high - x.low > 2 * _DAY_MS else f"{at:%H:%M:%S}"
