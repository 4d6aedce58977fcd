"""CPU time over the size of the log as a picture: both scales by powers of ten, light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.leaderboard.drawing import STYLE

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 400, 60, 150, 40, 50
_NAMES = {"jsonl": "JSON lines", "parquet": "Parquet"}


@dataclass(frozen=True, slots=True)
class Point:
    """What a log of one size and format took."""

    kind: str
    events: int
    scan_cpu_s: float
    cpu_s: float


def plot(points: Sequence[Point]) -> str:
    """Return an SVG document: the preprocessing as solid lines, the scans of the same logs as dashed ones."""
    lines: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for point in points:
        name = _NAMES[point.kind]
        lines.setdefault((f"all, {name}", "interval"), []).append((point.events, point.cpu_s))
        lines.setdefault((f"scan, {name}", "control"), []).append((point.events, point.scan_cpu_s))
    places = [place for line in lines.values() for place in line]
    columns, rows = (_decades([place[axis] for place in places]) for axis in (0, 1))

    def across(events: float) -> float:
        share = (math.log10(events) - columns[0]) / (columns[-1] - columns[0])
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * share, 1)

    def down(seconds: float) -> float:
        share = (math.log10(seconds) - rows[0]) / (rows[-1] - rows[0])
        return round(_HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * share, 1)

    parts = ['<text class="title" x="8" y="20">CPU seconds over the events of the log</text>']
    for power in columns:
        x = across(10.0**power)
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>')
        parts.append(
            f'<text class="quiet" x="{x}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle">{10**power:,}</text>'
        )
    for power in rows:
        y = down(10.0**power)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="quiet" x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g}</text>')
    for (_, style), line in lines.items():
        drawn = " ".join(f"{across(events)},{down(seconds)}" for events, seconds in line)
        parts.append(f'<polyline class="{style}" points="{drawn}" style="fill:none"/>')
        parts += [f'<circle class="mean" cx="{across(at)}" cy="{down(s)}" r="3"/>' for at, s in line]
    lowest = 0.0  # names stand a line apart at least, from the top
    for (name, _), line in sorted(lines.items(), key=lambda named: down(named[1][-1][1])):
        lowest = max(down(line[-1][1]), lowest + 16)
        parts.append(f'<text x="{across(line[-1][0]) + 10}" y="{lowest + 4}">{name}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
        f"<title>CPU time of the preprocessing</title><style>{STYLE}</style>"
        f'<rect class="paper" width="{_WIDTH}" height="{_HEIGHT}"/>{"".join(parts)}</svg>\n'
    )


def _decades(values: Sequence[float]) -> range:
    """Return the powers of ten from just below the least value to just above the greatest, two at least."""
    low = math.floor(math.log10(min(values)))
    return range(low, max(math.ceil(math.log10(max(values))), low + 1) + 1)
