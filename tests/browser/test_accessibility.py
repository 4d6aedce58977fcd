"""axe-core finds nothing to mend, on any page, in any light, on a phone and on a desk."""

from __future__ import annotations

import pytest

from tests.browser.chromium import hear, start
from tests.browser.conftest import playwright

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed: make setup")
Page = playwright.Page


def violations(page: Page) -> list[str]:
    """Return what axe-core finds, as sentences."""
    found = axe.Axe().run(page)
    assert found.response["passes"], "axe-core ran"
    return [
        f"{one['id']}: {one['help']} ({node['html'][:120]}) {node.get('failureSummary', '')}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


@pytest.fixture(params=["light 1400", "dark 1400", "light 400", "dark 400"])
def setting(request: pytest.FixtureRequest, page: Page) -> None:
    """A colour scheme and a width."""
    scheme, width = request.param.split()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": int(width), "height": 900})


@pytest.mark.usefixtures("setting")
def test_listening(page: Page, user: str) -> None:
    """Before, while and after a session."""
    page.goto("/player/")
    page.get_by_role("combobox").fill("song")
    page.get_by_role("option").first.wait_for()
    assert violations(page) == []
    start(page, user, "cafe")
    hear(page, 90)
    hear(page, 5)
    page.get_by_text("The numbers").click()
    assert violations(page) == []
    page.get_by_role("button", name="End this session").click()
    page.get_by_role("button", name="Start another session").wait_for()
    assert violations(page) == []


@pytest.mark.usefixtures("setting")
@pytest.mark.parametrize("name", ["catalogue/0", "experiments", "leaderboard"])
def test_other_pages(page: Page, name: str) -> None:
    """What the improver reads."""
    page.goto(f"/player/#{name}")
    page.locator(".card").first.wait_for()
    # The report is made by a process of its own, which is slow to start on a busy machine.
    playwright.expect(page.get_by_text("Reading the log …")).to_have_count(0, timeout=120_000)
    assert violations(page) == []
