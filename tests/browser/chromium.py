"""The system's browser, and what a listener does on the page."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def start(page: Page, user: str, text: str) -> None:
    """Start a session with the first track that a text finds; the bar stands still."""
    page.goto("/player/")
    page.get_by_label("Listener").fill(user)
    page.get_by_role("combobox").fill(text)
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Pause").click()


def hear(page: Page, percent: int) -> None:
    """Hear so much of the track that plays, and ask for the next one; returns when it is there."""
    place = page.locator(".eyebrow").inner_text()
    page.get_by_role("slider", name="Heard so far").fill(str(percent))
    page.get_by_role("button", name="Next").click()
    page.locator(".eyebrow").filter(has_not_text=place).wait_for()
