"""What came of a run, as a table."""

from __future__ import annotations

from rich.table import Table

from preprocessing.artifacts import Manifest
from preprocessing.schemas import RULES


def summary_table(manifest: Manifest, rows_read: int, place: str, elapsed_s: float) -> Table:
    """Return the counts of a run: rows read and kept, rows dropped by rule, size, time and version."""
    table = Table(title=f"Artifacts {manifest.version}", show_header=False, title_justify="left")
    table.add_column(justify="left")
    table.add_column(justify="right")
    counts = manifest.counts
    dropped = sum(manifest.dropped.values())
    table.add_row("rows of the log read", f"{rows_read:,}")
    table.add_row("playbacks kept", f"{counts.events:,}")
    table.add_row("sessions", f"{counts.sessions:,}")
    table.add_row("users", f"{counts.users:,}")
    table.add_row("tracks", f"{counts.tracks:,}")
    table.add_row("artists", f"{counts.artists:,}")
    table.add_row("rows dropped", f"{dropped:,}", end_section=not dropped)
    broken = {rule: count for rule, count in manifest.dropped.items() if count}
    for rule, count in broken.items():
        table.add_row(f"  {rule}: {RULES[rule]}", f"{count:,}", end_section=rule == [*broken][-1])
    table.add_row("size", f"{sum(file.bytes for file in manifest.files.values()) / 2**20:,.1f} MiB")
    table.add_row("time", f"{elapsed_s:,.1f} s, {rows_read / elapsed_s:,.0f} rows/s")
    table.add_row("folder", place)
    return table
