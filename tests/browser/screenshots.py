"""``make screenshots``: the pictures of the documentation, of the real pages over the sample."""

from __future__ import annotations

from cli.ending import ended

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import find_chromium, hear, start
from tests.service import ROOT, Service

SESSION = (100, 90, 5, 80, 65, 100, 10, 88, 95, 4, 3)  # percent heard, track by track


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=main.__doc__)
    parser.add_argument("--artifacts", type=Path, default=ROOT / "data/artifacts", help="of the sample")
    parser.add_argument("--catalogue", type=Path, default=ROOT / "data/sample/tracks.jsonl", help="of the sample")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/pictures", help="default: docs/pictures")
    options = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        sys.exit("there is no Chromium on PATH")
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        simulate(options, Path(folder) / "log")
        with (
            Service(Path(folder), options.artifacts.resolve()) as service,
            sync_playwright() as started,
            started.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser,
        ):
            page = browser.new_page(
                base_url=str(service.http.base_url), viewport={"width": 1400, "height": 900}, reduced_motion="reduce"
            )
            take(page, options.out)


def simulate(options: argparse.Namespace, log: Path) -> None:
    """Leave a log of simulated listeners for the page *Experiments*."""
    command = ["run", "--episodes", "4000", "--artifacts", options.artifacts, "--catalogue", options.catalogue]
    subprocess.run([sys.executable, "-m", "simulator", *command, "--log", log], cwd=ROOT, check=True)


def take(page: Page, out: Path) -> None:
    """Take one picture after the other: the session that is shown is the same in all of them."""
    page.goto("/player/")
    page.get_by_role("combobox").fill("coral")
    page.get_by_role("option").first.wait_for()
    page.screenshot(path=out / "choose.png")
    start(page, "2", "coral")  # whom the chain "segue" serves: several strategies answer
    for percent in SESSION:
        hear(page, percent)
    page.get_by_role("slider").fill("42")
    page.screenshot(path=out / "listen.png", full_page=True)
    page.set_viewport_size({"width": 400, "height": 860})
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=out / "listen-phone-dark.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1400, "height": 900})
    for name in ("catalogue/10", "experiments"):
        page.goto(f"/player/#{name}")
        page.locator("article, .verdict").first.wait_for()
        page.screenshot(path=out / f"{name.split('/')[0]}.png", full_page=name == "experiments")
    page.goto("/docs")
    page.locator(".opblock").first.wait_for()
    page.screenshot(path=out / "docs.png")


if __name__ == "__main__":
    sys.exit(ended(main))
