"""The documentation's site fits the window that it is read in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import playwright
from tests.service import ROOT

for package in ("sphinx", "furo", "myst_parser"):
    pytest.importorskip(package, reason=f"{package} is not installed: make docs")

SIDEWAYS = """[document.documentElement, ...document.querySelectorAll(".table-wrapper, pre")]
    .filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.innerText.slice(0, 60))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, as ``make docs`` builds it."""
    folder = tmp_path_factory.mktemp("site")
    sphinx = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "-b", "html", "-c", "docs/site"]
    subprocess.run([*sphinx, "-d", f"{folder}/.trees", "docs", folder], cwd=ROOT, check=True, timeout=300)
    return folder


@pytest.mark.parametrize("width", [400, 1400])
def test_nothing_scrolls_sideways(chromium: playwright.Browser, site: Path, width: int) -> None:
    """Tables and commands of every page are seen whole, on a phone and on a desk."""
    pages = sorted(file for file in site.rglob("*.html") if file.name != "genindex.html")
    assert len(pages) > 40
    page = chromium.new_page(viewport={"width": width, "height": 900})
    cut = {}
    for file in pages:
        page.goto(file.as_uri())
        if parts := page.evaluate(SIDEWAYS):
            cut[file.name] = parts
    page.close()
    assert cut == {}


def test_a_row_is_a_card_on_a_phone(chromium: playwright.Browser, site: Path) -> None:
    """Each cell of a setting's row says its column where the heads of columns are not shown, and only there."""
    page = chromium.new_page(viewport={"width": 400, "height": 900})
    page.goto((site / "generated/settings.html").as_uri())
    row = page.get_by_role("row").filter(has_text="TCP port; 0 takes a free one.")
    assert [line for line in row.inner_text().split("\n") if line] == [
        "port",
        "type",
        "whole number, ≥ 0, ≤ 65535",
        "default",
        "5000",
        "what, in which unit, and why",
        "TCP port; 0 takes a free one.",
    ]
    page.set_viewport_size({"width": 1400, "height": 900})
    assert "default" not in row.inner_text()
    page.close()
