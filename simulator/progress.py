"""Progress of a run: rate, remaining time and the running mean, as a bar or as one plain line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from simulator.running.run import Advance


@contextmanager
def progress_of(console: Console, name: str, episodes: int) -> Iterator[Advance]:
    """Show the progress of a run while the block lasts.

    Args:
        console: A terminal gets a bar, anything else one line at the end.
        name: A few words.
        episodes: How many there will be.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    task = bar.add_task(name, total=episodes, figures="")
    started_s = time.monotonic()
    ended, listened, played = 0, 0.0, 0

    def figures() -> str:
        elapsed_s = max(time.monotonic() - started_s, 1e-3)
        return f"{played / elapsed_s:,.0f} playbacks/s, mean session time {listened / max(ended, 1):.3f}"

    def advance(more: int, time_heard: float, playbacks: int) -> None:
        nonlocal ended, listened, played
        ended, listened, played = ended + more, listened + time_heard, played + playbacks
        bar.update(task, completed=ended, figures=figures())

    try:
        with bar:
            yield advance
    finally:  # also of a run that was broken off
        if not console.is_terminal:
            elapsed_s = time.monotonic() - started_s
            line = f"{name}: {ended:,} episodes in {elapsed_s:.1f} s, {figures()}"
            console.print(line, highlight=False, soft_wrap=True)
