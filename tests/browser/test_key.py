"""The page of a Segue that asks for a key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.access.keys import hash_of, new_key
from tests.browser.chromium import hear, start
from tests.browser.conftest import BLOCKED, playwright
from tests.browser.test_accessibility import violations
from tests.service import Service

expect = playwright.expect
KEY = new_key()
KEYS = [{"name": "page", "scopes": ["recommend", "read"], "sha256": hash_of(KEY.encode())}]
INVISIBLE = "\u200b"  # which comes along where a key is copied from a page


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, unkind: Path) -> Iterator[Service]:
    """A service that wants a key."""
    folder = tmp_path_factory.mktemp("guarded")
    with Service(folder, unkind, SEGUE_SERVER__CHAIN="segue", SEGUE_SECURITY__KEYS=json.dumps(KEYS)) as running:
        yield running


@pytest.fixture
def page(chromium: playwright.Browser, guarded: Service) -> Iterator[playwright.Page]:
    """The page where a listener and a first track are chosen."""
    with chromium.new_context(base_url=str(guarded.http.base_url)) as context:
        opened = context.new_page()
        opened.goto("/player/")
        yield opened


def give(page: playwright.Page, key: str) -> None:
    """Give a key in the dialog that asks for it."""
    dialog = page.get_by_role("dialog", name="This Segue asks for a key")
    dialog.get_by_label("API key").fill(key)
    dialog.get_by_role("button", name="Use this key").click()


def test_a_key_is_asked_for(page: playwright.Page, user: str) -> None:
    """A Segue that wants a key is given one in a dialog, and the call goes on; without one the reason is said."""
    page.get_by_role("combobox").focus()
    page.get_by_role("button", name="Go on without").click()
    expect(page.get_by_text("this call needs an API key")).to_be_visible()
    page.get_by_label("Listener").focus()
    page.get_by_role("combobox").focus()
    page.get_by_role("dialog").wait_for()
    assert violations(page) == []
    give(page, KEY)
    start(page, user, "cafe")
    hear(page, 90)
    expect(page.locator(".picture .bar")).to_have_count(1)


def test_what_cannot_be_a_key_is_refused(page: playwright.Page) -> None:
    """A key that came with something invisible is refused in plain words, and the next one is taken."""
    page.get_by_role("combobox").focus()
    give(page, f"{KEY}{INVISIBLE}")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("This is no key")
    assert violations(page) == []
    give(page, KEY)
    expect(page.get_by_role("option")).not_to_have_count(0)


def test_a_kept_text_that_cannot_be_a_key_is_asked_for_anew(page: playwright.Page) -> None:
    """What a tab has kept and no header can carry is not sent, so that the page asks for a key."""
    page.evaluate("key => sessionStorage.setItem('segue.key', key)", f"{KEY}{INVISIBLE}")
    page.reload()
    page.get_by_role("combobox").focus()
    give(page, KEY)
    expect(page.get_by_role("option")).not_to_have_count(0)


def test_a_key_is_good_for_a_page_that_cannot_keep_it(page: playwright.Page) -> None:
    """Where the browser's storage is blocked a key is asked for once, and lasts as long as the page."""
    page.add_init_script(BLOCKED)
    page.reload()
    page.get_by_role("combobox").focus()
    give(page, KEY)
    page.get_by_role("option").first.click()
    expect(page.get_by_role("region", name="Now playing")).to_be_visible()
