"""CPU time of an answer as a picture: a bar for each server, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.leaderboard.drawing import document

_WIDTH, _LEFT, _RIGHT, _TOP, _BAR, _GAP = 720, 190, 130, 40, 22, 12


@dataclass(frozen=True, slots=True)
class Bar:
    """What an answer of one server costs, medians over the rounds."""

    server: str
    connections: int
    cpu_s: float  # of its process, per answer
    kernel_s: float  # the part of it that the kernel had


def plot(bars: Sequence[Bar]) -> str:
    """Return an SVG document: bars from the top in the order given, their part of the kernel in a paler colour."""
    widest = max(bar.cpu_s for bar in bars)
    parts = ['<text class="title" x="8" y="20">CPU time of an answer; pale: the part of the kernel</text>']
    for number, bar in enumerate(bars):
        top = _TOP + number * (_BAR + _GAP)
        whole, kernel = (
            round((_WIDTH - _LEFT - _RIGHT) * seconds / widest, 1) for seconds in (bar.cpu_s, bar.kernel_s)
        )
        middle = top + _BAR - 6
        name = f"{bar.server}, {bar.connections} connection{'s' if bar.connections > 1 else ''}"
        parts += [
            f'<text x="{_LEFT - 10}" y="{middle}" text-anchor="end">{name}</text>',
            f'<rect class="mean" x="{_LEFT}" y="{top}" width="{round(whole - kernel, 1)}" height="{_BAR}"/>',
            f'<rect class="mean" x="{round(_LEFT + whole - kernel, 1)}" y="{top}" width="{kernel}" height="{_BAR}" '
            'style="opacity:0.4"/>',
            f'<text class="quiet" x="{round(_LEFT + whole + 8, 1)}" y="{middle}">{bar.cpu_s * 1e6:.0f} µs</text>',
        ]
    return document("CPU time of an answer", _WIDTH, _TOP + len(bars) * (_BAR + _GAP), parts)
