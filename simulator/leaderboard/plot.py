"""The leaderboard as a plot: a dot with its interval per chain, a panel per world, light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from simulator.leaderboard.drawing import document, tick_step
from simulator.leaderboard.standing import Standing

_WIDTH, _ROW, _LEFT, _RIGHT = 720, 26, 170, 70


def plot(standings: Mapping[str, Sequence[Standing]]) -> str:
    """Return an SVG document.

    Args:
        standings: Per world, the best first.
    """
    top, panels = 8, []
    for world, chains in standings.items():
        panels.append(_panel(world, chains, top))
        top += 28 + _ROW * len(chains) + 44
    return document("Mean session time of every chain", _WIDTH, top, panels)


def _panel(world: str, chains: Sequence[Standing], top: int) -> str:
    highest = max(_interval(chain)[1] for chain in chains)
    step = tick_step(highest)
    ticks = int(highest / step) + 1
    bottom = top + 28 + _ROW * len(chains)

    def across(value: float) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * value / (step * ticks), 1)

    parts = [f'<text class="title" x="8" y="{top + 14}">World {escape(world)}</text>']
    for number in range(ticks + 1):
        x = across(number * step)
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{top + 24}" y2="{bottom}"/>')
        parts.append(f'<text class="quiet" x="{x}" y="{bottom + 16}" text-anchor="middle">{number * step:g}</text>')
    parts.append(
        f'<text class="quiet" x="{across(step * ticks)}" y="{bottom + 32}" text-anchor="end">'
        "mean session time, tracks; dashed: control; most intervals are narrower than their dot</text>"
    )
    for number, chain in enumerate(chains):
        y = top + 28 + _ROW * number + _ROW // 2
        low, high = (across(value) for value in _interval(chain))
        mean = chain.group.mean_time
        if chain.group.effect is None:
            x = across(mean)
            parts.append(f'<line class="control" x1="{x}" x2="{x}" y1="{top + 24}" y2="{bottom}"/>')
        parts.append(
            f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(chain.group.name)}</text>'
            f'<line class="interval" x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>'
            f'<circle class="mean" cx="{across(mean)}" cy="{y}" r="3"/>'
            f'<text class="quiet" x="{high + 10}" y="{y + 4}">{mean:.2f}</text>'
        )
    return "".join(parts)


def _interval(standing: Standing) -> tuple[float, float]:
    group = standing.group
    return group.interval or (group.mean_time, group.mean_time)
