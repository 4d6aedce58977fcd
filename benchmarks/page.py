"""The player page in the system's Chromium: how soon something is seen, beside a line of text; how much is sent.

Run it with `python -m benchmarks.page`; each of the rounds opens the page in a browser that has never seen it.
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from benchmarks.processes import ROOT, free_port, serving

PAINT = """new Promise((found) => new PerformanceObserver((list) => {
  const [paint] = list.getEntriesByName("first-contentful-paint");
  if (paint) found(paint.startTime);
}).observe({ type: "paint", buffered: true }))"""
SENT = "performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0)"
BUDGET_MS, BUDGET_KB = 1000, 200


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("--artifacts", type=Path, default=ROOT / "data/artifacts", help="what Segue serves")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("there is no Chromium on PATH")
    paints, bare, sizes = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {
            "SEGUE_ARTIFACTS__PATH": str(options.artifacts.resolve()),
            "SEGUE_EVENT_LOG__PATH": f"{folder}/log",
            "SEGUE_REDIS__PATH": f"{folder}/store",
        }
        with (
            serving(["-m", "app", "--port", str(port)], port, environment, "/health/ready"),
            sync_playwright() as started,
            started.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser,
        ):
            for _ in range(options.rounds):
                page = browser.new_context().new_page()
                page.goto(f"http://127.0.0.1:{port}/health/live")
                bare.append(float(page.evaluate(PAINT)))
                page.goto(f"http://127.0.0.1:{port}/")
                page.locator("h1").wait_for()
                page.wait_for_load_state("networkidle")
                paints.append(float(page.evaluate(PAINT)))
                sizes.append(float(page.evaluate(SENT)) / 1024)
                page.context.close()
    table = Table(title=f"The player page, {options.rounds} first visits (medians)", title_justify="left")
    row = {
        "first paint ms": f"{median(paints):.0f}",
        "budget": str(BUDGET_MS),
        "of a line of text ms": f"{median(bare):.0f}",
        "sent KB": f"{median(sizes):.0f}",
        "budget KB": str(BUDGET_KB),
    }
    for column in row:
        table.add_column(column, justify="right")
    table.add_row(*row.values())
    Console(width=140).print(table)


if __name__ == "__main__":
    sys.exit(ended(main))
