"""The frame that every plot is drawn in: its size, its scales and its grid."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from experiments.report.page.markup import tag

WIDTH = 360
"""Of every plot, in its own units; small, so that its text stays readable on a phone."""

SERIES = 6
"""Colours that the style sheet has; further treatments use them again."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to places; values beyond the ends are drawn at the ends."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        inside = min(max(value, self.low), self.high)
        return self.start + (inside - self.low) / (self.high - self.low) * (self.stop - self.start)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round values between low and high, roughly as many as asked for."""
    rough = (high - low) / about
    magnitude = 10 ** math.floor(math.log10(rough))
    step = next(m for m in (1, 2, 5, 10) if m * magnitude >= 0.7 * rough) * magnitude
    return [i * step for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def grid(x: Scale, y: Scale, y_label: Callable[[float], str]) -> list[Element]:
    """Return the horizontal grid lines of a plot with the labels of its y axis."""
    drawn = []
    for value in ticks(y.low, y.high):
        drawn.append(tag("line", class_="grid", x1=x.start, x2=x.stop, y1=y(value), y2=y(value)))
        drawn.append(tag("text", y_label(value), class_="small", x=x.start - 6, y=y(value) + 4, text_anchor="end"))
    return drawn


def drawing(height: float, description: str, parts: Sequence[Element]) -> Element:
    """Return the SVG element; the description is what a screen reader says in place of the picture."""
    return tag("svg", *parts, viewBox=f"0 0 {WIDTH} {height:g}", role="img", aria_label=description)


def series(index: int) -> str:
    """Return the class that gives a treatment its colour; the control is 0."""
    return "s0" if index == 0 else f"s{(index - 1) % (SERIES - 1) + 1}"
