"""The climb as a plot: session time by rounds of learning, a panel per world."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from simulator.leaderboard.drawing import document, tick_step, time_axis
from simulator.loop.climb import Climb

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 280, 60, 90, 32, 44


def picture(climbs: Sequence[Climb]) -> str:
    """Return an SVG document."""
    panels = [_panel(climb, number * _HEIGHT) for number, climb in enumerate(climbs)]
    return document("Session time, round after round of learning", _WIDTH, _HEIGHT * len(panels), panels)


def _panel(climb: Climb, top: int) -> str:
    highest = max((group.interval or (0, group.mean_time))[1] for group in (climb.control, *climb.rounds))
    step = tick_step(highest, at_most=6)
    ticks = int(highest / step) + 1
    bottom = top + _HEIGHT - _BOTTOM
    last = max(len(climb.rounds) - 1, 1)

    def across(number: int) -> float:
        return round(_LEFT + 20 + (_WIDTH - _LEFT - _RIGHT - 40) * number / last, 1)

    def up(time: float) -> float:
        return round(bottom - (bottom - top - _TOP) * time / (step * ticks), 1)

    parts = [
        f'<text class="title" x="8" y="{top + 16}">World {escape(climb.world)}: '
        f"session time of {escape(climb.chain)}, tracks</text>"
    ]
    parts += time_axis((number * step for number in range(ticks + 1)), up, _LEFT, _WIDTH - _RIGHT)
    y = up(climb.control.mean_time)
    parts.append(f'<line class="control" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
    parts.append(f'<text class="quiet" x="{_WIDTH - _RIGHT + 6}" y="{y + 4}">control</text>')
    line = " ".join(f"{across(number)},{up(group.mean_time)}" for number, group in enumerate(climb.rounds))
    parts.append(f'<polyline class="interval" fill="none" points="{line}"/>')
    for number, group in enumerate(climb.rounds):
        x, y = across(number), up(group.mean_time)
        if group.interval:
            low, high = map(up, group.interval)
            parts.append(f'<line class="interval" x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>')
        parts.append(f'<circle class="mean" cx="{x}" cy="{y}" r="4"/>')
        parts.append(f'<text class="quiet" x="{x}" y="{y - 10}" text-anchor="middle">{group.mean_time:.1f}</text>')
        parts.append(f'<text class="quiet" x="{x}" y="{bottom + 18}" text-anchor="middle">{number}</text>')
    parts.append(
        f'<text class="quiet" x="{_WIDTH - _RIGHT}" y="{bottom + 34}" text-anchor="end">'
        "rounds of learning from its own log</text>"
    )
    return "".join(parts)
