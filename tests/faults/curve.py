"""A soak as a picture: three curves over time, each on its own scale from zero, in plain SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.leaderboard.drawing import STYLE

WIDTH, PANEL, LEFT, RIGHT = 720, 110, 170, 20


@dataclass(frozen=True, slots=True)
class Moment:
    """What all workers hold at one moment."""

    elapsed_s: float
    memory_mib: tuple[float, ...]  # of each worker alone, without shared pages
    files: int  # open in all of them
    tasks: int  # of their event loops


def curve(moments: Sequence[Moment]) -> str:
    """Return an SVG document."""
    series = {
        "Memory of each worker, MiB": list(zip(*(moment.memory_mib for moment in moments), strict=True)),
        "Open files": [[moment.files for moment in moments]],
        "Tasks": [[moment.tasks for moment in moments]],
    }
    times = [moment.elapsed_s for moment in moments]
    panels = [_panel(title, times, lines, number * PANEL + 8) for number, (title, lines) in enumerate(series.items())]
    height = PANEL * len(panels) + 24
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>A soak of {times[-1] / 60:.0f} minutes: memory, open files, tasks</title>"
        f"<style>{STYLE} polyline.interval {{ fill: none; stroke-width: 1.5 }}</style>"
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>{"".join(panels)}'
        f'<text x="{LEFT}" y="{height - 8}">0</text>'
        f'<text x="{WIDTH - RIGHT}" y="{height - 8}" text-anchor="end">{times[-1] / 60:.0f} min</text></svg>\n'
    )


def _panel(title: str, times: Sequence[float], lines: Sequence[Sequence[float]], top: int) -> str:
    highest = max(max(line) for line in lines)
    bottom = top + PANEL - 20

    def point(time_s: float, value: float) -> str:
        across = LEFT + (WIDTH - LEFT - RIGHT) * time_s / max(times[-1], 1.0)
        return f"{across:.1f},{bottom - (PANEL - 40) * value / max(highest, 1.0):.1f}"

    paths = (" ".join(point(*at) for at in zip(times, line, strict=True)) for line in lines)
    drawn = "".join(f'<polyline class="interval" points="{path}"/>' for path in paths)
    latest = max(line[-1] for line in lines)
    return (
        f'<text x="8" y="{top + 14}">{title}</text><text class="quiet" x="8" y="{top + 34}">at the end {latest:.0f}, '
        f"at most {highest:.0f}</text>"
        f'<path class="grid" d="M{LEFT} {bottom}H{WIDTH - RIGHT}"/>{drawn}'
    )
