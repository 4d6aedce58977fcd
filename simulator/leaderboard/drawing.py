"""What the plots share: colours that follow the reader's light or dark, and round scales."""

from __future__ import annotations

from collections.abc import Callable, Iterable

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #222 } .title { font-weight: 600 } .quiet { fill: #666 }
.grid { stroke: #ddd } .control { stroke: #999; stroke-dasharray: 3 3 } .interval { stroke: #2563a8; stroke-width: 3 }
.mean { fill: #2563a8 } .paper { fill: #fff }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e6e6 } .quiet { fill: #a0a0a0 } .grid { stroke: #3a3a3a } .control { stroke: #888 }
  .interval { stroke: #7ab0ea } .mean { fill: #7ab0ea } .paper { fill: #16181c }
}
"""


def document(title: str, width: int, height: int, panels: Iterable[str]) -> str:
    """Return an SVG document with its panels on paper."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{title}</title><style>{STYLE}</style>"
        f'<rect class="paper" width="{width}" height="{height}"/>{"".join(panels)}</svg>\n'
    )


def time_axis(ticks: Iterable[float], up: Callable[[float], float], left: int, right: int) -> list[str]:
    """Return a line and a figure for each tick of an upright axis, from ``left`` to ``right``."""
    parts = []
    for tick in ticks:
        y = up(tick)
        parts.append(f'<line class="grid" x1="{left}" x2="{right}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="quiet" x="{left - 8}" y="{y + 4}" text-anchor="end">{tick:g}</text>')
    return parts


def tick_step(highest: float, at_most: int = 10) -> float:
    """Return a round step of which a scale from 0 to ``highest`` takes at most so many."""
    step = 1.0
    while highest / step > at_most:
        step *= 2 if str(step)[0] in "15" else 2.5
    return step
