"""Progress for who waits: bars with rates on a terminal, one plain line per finished stage in a pipe."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from preprocessing.memory import give_back


class Stage:
    """A stage under way."""

    def __init__(self) -> None:
        self.rows = 0
        self.done_bytes = 0
        self.note = ""  # a few words beside the name, e.g. the loss of a fit

    def advance(self, rows: int, n_bytes: int) -> None:
        """Tell that so many more rows and bytes are done."""
        self.rows += rows
        self.done_bytes += n_bytes


class _BarStage(Stage):
    def __init__(self, bars: Progress, name: str, total_bytes: int | None) -> None:
        super().__init__()
        self._bars, self._name = bars, name
        self.task = bars.add_task(name, total=total_bytes, rows=0)

    def advance(self, rows: int, n_bytes: int) -> None:
        super().advance(rows, n_bytes)
        name = f"{self._name}, {self.note}" if self.note else self._name
        self._bars.update(self.task, completed=self.done_bytes, rows=self.rows, description=name)


class _RateColumn(TextColumn):
    """Rows done, and rows per second."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        rows = task.fields["rows"]
        if not rows:
            return Text("")
        return Text(f"{rows:,} rows, {rows / max(task.elapsed or 0, 1e-3):,.0f}/s")


class Reporter:
    """Shows the stages of a run on a console; use it as a context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars: Progress | None = None

    def __enter__(self) -> Reporter:
        if self._console.is_terminal:
            self._bars = Progress(
                SpinnerColumn(finished_text="✓"),
                TextColumn("{task.description:<24}"),
                BarColumn(),
                _RateColumn(),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=self._console,
            )
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    @contextmanager
    def stage(self, name: str, total_bytes: int | None = None) -> Iterator[Stage]:
        """Show a stage for as long as the block runs; what it no longer needs goes back to the system then.

        Args:
            name: A few words.
            total_bytes: What ``advance`` will add up to, where it is known.
        """
        started_s = time.monotonic()
        if self._bars is not None:
            stage: Stage = (bar := _BarStage(self._bars, name, total_bytes))
            yield stage
            give_back()
            done = max(stage.done_bytes, 1)
            self._bars.update(bar.task, total=done, completed=done)
            if stage.note:
                self._console.print(f"{name}: {stage.note}", highlight=False, soft_wrap=True)
            return
        started_cpu_s = time.process_time()
        stage = Stage()
        yield stage
        give_back()
        elapsed_s, cpu_s = time.monotonic() - started_s, time.process_time() - started_cpu_s
        rate = f", {stage.rows:,} rows, {stage.rows / max(elapsed_s, 1e-3):,.0f}/s" if stage.rows else ""
        note = f", {stage.note}" if stage.note else ""
        self._console.print(
            f"{name}: {elapsed_s:.2f} s, {cpu_s:.2f} s of CPU{rate}{note}", highlight=False, soft_wrap=True
        )
