"""A real Chromium on a real service, over a catalogue whose titles are unkind to a page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from preprocessing.artifacts import Texts, publish
from tests.browser.chromium import find_chromium
from tests.service import Service
from tests.tiny import columns, draft

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make setup")

LONG, RIGHT_TO_LEFT, HTML = "Long " * 1000, "أغنية قديمة", "<img src=x onerror=alert(1)> & <b>bold</b>"
TITLES = ["Café del Mar", LONG, RIGHT_TO_LEFT, HTML, *(f"Song {track}" for track in range(4, 12))]
USERS = count(5000)
# Init scripts: what a browser does whose storage is blocked, or full.
BLOCKED = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    """The system's browser."""
    found = find_chromium()
    if found is None:
        pytest.skip("there is no Chromium on PATH")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def unkind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The artifacts of the tiny world with such titles."""
    return publish(tmp_path_factory.mktemp("unkind"), draft(columns() | {"track_titles": Texts.of(TITLES)}))


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, unkind: Path) -> Iterator[Service]:
    """A service over this world, in which the chain 'segue' serves everybody."""
    with Service(tmp_path_factory.mktemp("desk"), unkind, SEGUE_SERVER__CHAIN="segue") as running:
        yield running


@pytest.fixture
def page(chromium: playwright.Browser, desk: Service) -> Iterator[playwright.Page]:
    """A page that complains of nothing and loads nothing from elsewhere, whatever a test does with it.

    A failed request is the test's own doing, and Chromium writes it to the console by itself.
    """
    context = chromium.new_context(base_url=str(desk.http.base_url), viewport={"width": 1400, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("request", lambda sent: asked.append(sent.url))
    opened.set_default_timeout(30_000)  # a shared machine may be very busy
    playwright.expect.set_options(timeout=30_000)
    yield opened
    context.close()
    assert [said for said in complaints if not said.startswith("Failed to load resource")] == []
    assert [url for url in asked if not url.startswith(str(desk.http.base_url))] == []


@pytest.fixture
def user() -> str:
    """A listener whom no other test is."""
    return str(next(USERS))
