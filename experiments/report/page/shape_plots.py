"""How sessions look in each treatment: curves by position, bars by length."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from experiments.report.page.axis import WIDTH, Scale, drawing, grid, series, ticks
from experiments.report.page.markup import tag
from experiments.report.shapes import Shape

_HEIGHT = 250


def position_plot(shapes: Mapping[str, Shape]) -> Element:
    """Draw the mean fraction listened at each position as one curve per treatment."""
    last = max((shape.x[-1] for shape in shapes.values() if shape.x), default=1)
    x, y = Scale(1, max(2, last), 46, WIDTH - 14), Scale(0, 1, _HEIGHT - 46, 10)
    parts = grid(x, y, lambda value: f"{value:.0%}")
    for index, shape in enumerate(shapes.values()):
        places = [(x(a), y(b)) for a, b in zip(shape.x, shape.y, strict=True)]
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
        parts.append(tag("polyline", class_=f"curve {series(index)}", points=line))
        parts += [tag("circle", class_=f"fill {series(index)}", cx=a, cy=b, r=2.6) for a, b in places]
    ends = (f"{name} falls from {s.y[0]:.0%} to {s.y[-1]:.0%}" for name, s in shapes.items() if s.y)
    description = f"Mean fraction listened at positions 1 to {last}: {'; '.join(ends)}."
    return drawing(_HEIGHT, description, [*parts, *_below(x, "position in the session")])


def length_plot(shapes: Mapping[str, Shape]) -> Element:
    """Draw the share of sessions of each length as one bar per treatment, side by side."""
    last = max(shape.x[-1] for shape in shapes.values())
    most = max(max(shape.y) for shape in shapes.values())
    x, y = Scale(0.5, last + 0.5, 46, WIDTH - 14), Scale(0, most * 1.05, _HEIGHT - 46, 10)
    width = (x.stop - x.start) / last * 0.8 / len(shapes)
    parts = grid(x, y, lambda value: f"{value:.0%}" if most > 0.1 else f"{value:.1%}")
    for index, shape in enumerate(shapes.values()):
        for length, share in zip(shape.x, shape.y, strict=True):
            left = x(length) + (index - len(shapes) / 2) * width
            bar = {"x": left, "y": y(share), "width": width, "height": y(0) - y(share)}
            parts.append(tag("rect", class_=f"fill {series(index)}", **bar))
    common = (f"{name} most often {s.x[s.y.index(max(s.y))]} tracks" for name, s in shapes.items())
    description = f"Share of sessions by number of tracks, up to {last}: {'; '.join(common)}."
    return drawing(_HEIGHT, description, [*parts, *_below(x, "tracks in the session")])


def _below(x: Scale, label: str) -> list[Element]:
    whole = [value for value in ticks(x.low, x.high, 8) if value == int(value)]
    marks = [
        tag("text", f"{value:g}", class_="small", x=x(value), y=_HEIGHT - 29, text_anchor="middle") for value in whole
    ]
    middle = (x.start + x.stop) / 2
    return [*marks, tag("text", label, class_="small", x=middle, y=_HEIGHT - 10, text_anchor="middle")]
