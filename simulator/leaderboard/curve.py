"""Session time against coverage as a chain's novelty is turned up: a page and a plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from simulator.leaderboard.drawing import document, tick_step, time_axis
from simulator.leaderboard.standing import Standing
from simulator.running.summary import mean_text

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 300, 60, 90, 28, 44


@dataclass(frozen=True, slots=True)
class Curve:
    """One chain in one world, by the weight of novelty."""

    chain: str
    standings: Mapping[float, Standing]


def curve_page(curves: Mapping[str, Sequence[Curve]], command: str) -> str:
    """Return the page.

    Args:
        curves: Per world.
        command: That made it.
    """
    return "\n".join([_HEAD, *(_section(world, chains) for world, chains in curves.items()), _FOOT.format(command)])


_HEAD = """# Novelty: what does it cost to play what few have heard?

The stage [`novelty`](../strategies/novelty.py) puts seldom played candidates of a chain first. Put it behind the
sources and filters, and turn its weight from 0 (the chain as it is) to 1 (the least played first):

```toml
[[chains.segue]]
use = "novelty"
weight = 0.3
```

![Session time against coverage, per chain and world](novelty.svg)
"""
_FOOT = """## How it was made

    {}

*Coverage*: share of the catalogue that was recommended at least once. *Gini*: how unevenly the recommendations fall
on tracks. *Unplayed*: share of them whose track has no playback in the log. More in the [leaderboard](leaderboard.md).
"""


def _section(world: str, curves: Sequence[Curve]) -> str:
    lines = ["| chain | weight | session time | coverage | Gini | artists per session | unplayed |"]
    lines.append("| --- |" + " ---: |" * 6)
    for curve in curves:
        for weight, standing in curve.standings.items():
            spread = standing.spread
            lines.append(
                f"| `{curve.chain}` | {weight:g} | {mean_text(standing.group)} | {spread.coverage:.1%} "
                f"| {spread.track_gini:.2f} | {spread.artists:.1f} | {spread.unplayed:.1%} |"
            )
    return f"## World *{world}*\n\n" + "\n".join(lines) + "\n"


def curve_plot(curves: Mapping[str, Sequence[Curve]]) -> str:
    """Return an SVG document: a panel per world, a line per chain, a dot per weight.

    Args:
        curves: Per world.
    """
    panels = [_panel(world, chains, number * _HEIGHT) for number, (world, chains) in enumerate(curves.items())]
    return document("Session time against coverage", _WIDTH, _HEIGHT * len(panels), panels)


def _panel(world: str, curves: Sequence[Curve], top: int) -> str:
    every = [standing for curve in curves for standing in curve.standings.values()]
    longest = max(standing.group.mean_time for standing in every)
    step = tick_step(longest, at_most=5)
    ticks = int(longest / step) + 1
    bottom = top + _HEIGHT - _BOTTOM
    least, most = (chosen(standing.spread.coverage for standing in every) for chosen in (min, max))

    def across(coverage: float) -> float:
        return round(_LEFT + 40 + (_WIDTH - _LEFT - _RIGHT - 80) * (coverage - least) / ((most - least) or 1), 1)

    def up(time: float) -> float:
        return round(bottom - (bottom - top - _TOP) * time / (step * ticks), 1)

    parts = [f'<text class="title" x="8" y="{top + 16}">World {escape(world)}: session time, tracks</text>']
    parts += time_axis((number * step for number in range(ticks + 1)), up, _LEFT, _WIDTH - _RIGHT)
    parts.extend(
        f'<text class="quiet" x="{across(coverage)}" y="{bottom + 18}" text-anchor="middle">{coverage:.1%}</text>'
        for coverage in (least, (least + most) / 2, most)
    )
    parts.append(
        f'<text class="quiet" x="{_WIDTH - _RIGHT}" y="{bottom + 34}" text-anchor="end">'
        "coverage of the catalogue; numbers: weight of novelty</text>"
    )
    for curve in curves:
        points = {
            weight: (across(standing.spread.coverage), up(standing.group.mean_time))
            for weight, standing in curve.standings.items()
        }
        line = " ".join(f"{x},{y}" for x, y in points.values())
        parts.append(f'<polyline class="interval" fill="none" points="{line}"/>')
        for weight, (x, y) in points.items():
            parts.append(f'<circle class="mean" cx="{x}" cy="{y}" r="4"/>')
            parts.append(f'<text class="quiet" x="{x}" y="{y - 8}" text-anchor="middle">{weight:g}</text>')
        x, y = points[min(points)]
        parts.append(f'<text x="{x}" y="{y + 20}" text-anchor="middle">{escape(curve.chain)}</text>')
    return "".join(parts)
