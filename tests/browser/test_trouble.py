"""What the page says when something is wrong, and that it loses nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from preprocessing.artifacts import IntegerIds, Ragged, Texts, publish
from preprocessing.artifacts.write import Column
from tests.browser.chromium import hear, start
from tests.browser.conftest import BLOCKED, FULL, playwright
from tests.service import Service
from tests.tiny import columns, draft

expect = playwright.expect
Page = playwright.Page


def test_a_service_that_goes_away_loses_nothing(page: Page, desk: Service, user: str) -> None:
    """While the service is out of reach the page says so; when it is back, the playback is counted once."""
    start(page, user, "cafe")
    hear(page, 80)
    page.context.set_offline(True)
    page.get_by_role("slider").fill("70")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert")).to_contain_text("The service does not answer. Nothing is lost")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again now").click()
    expect(page.locator(".eyebrow")).to_have_text("Track 3")
    expect(page.get_by_role("alert")).to_be_empty()
    live = desk.session(user)
    assert live is not None
    assert [playback["time"] for playback in live["playbacks"]] == [0.8, 0.7]


def test_a_service_that_is_started_again_goes_on(
    chromium: playwright.Browser, unkind: Path, tmp_path: Path, user: str
) -> None:
    """The page says that nobody answers, and goes on by itself with the service that takes the place of the first."""
    with Service(tmp_path, unkind, SEGUE_SERVER__CHAIN="segue") as first:
        port = str(first.http.base_url.port)
        page = chromium.new_context(base_url=str(first.http.base_url)).new_page()
        start(page, user, "cafe")
        hear(page, 80)
    page.get_by_role("slider").fill("70")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert")).to_contain_text("The service does not answer. Nothing is lost")
    with Service(tmp_path, unkind, SEGUE_SERVER__CHAIN="segue", SEGUE_SERVER__PORT=port) as second:
        expect(page.locator(".eyebrow")).to_have_text("Track 3")
        live = second.session(user)
    page.context.close()
    assert live is not None
    assert [playback["time"] for playback in live["playbacks"]] == [0.8, 0.7]


def test_a_service_that_stands_still_is_waited_for(page: Page, desk: Service, user: str) -> None:
    """While the process is frozen the page says that it waits; when it goes on, so does the session."""
    start(page, user, "cafe")
    os.kill(desk.process.pid, signal.SIGSTOP)
    try:
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_text("Waiting for the service …")).to_be_visible()
    finally:
        os.kill(desk.process.pid, signal.SIGCONT)
    expect(page.locator(".eyebrow")).to_have_text("Track 2")
    expect(page.get_by_role("alert")).to_be_empty()


def test_a_store_that_is_away_stops_nobody(
    chromium: playwright.Browser, unkind: Path, tmp_path: Path, user: str
) -> None:
    """While the session store is away a session starts and goes on; the page says that an earlier one was not ended."""
    away = {"SEGUE_SERVER__CHAIN": "segue", "SEGUE_REDIS__URL": "redis://127.0.0.1:1/0"}
    with (
        Service(tmp_path, unkind, **away) as service,
        chromium.new_context(base_url=str(service.http.base_url)) as context,
    ):
        service.next(user, 5, 0.5)
        page = context.new_page()
        start(page, user, "cafe")
        expect(page.get_by_role("alert")).to_contain_text("an earlier session of this listener goes on")
        hear(page, 80)
        expect(page.get_by_role("alert")).to_be_empty()
        live = service.session(user)
    assert live is not None
    assert [playback["time"] for playback in live["playbacks"]] == [0.5, 0.8]


def test_a_lost_answer_is_counted_once(page: Page, desk: Service, user: str) -> None:
    """A report whose answer was lost on the way is sent again by itself and counted once."""
    start(page, user, "cafe")
    lost = []

    def lose(route: playwright.Route) -> None:
        route.fetch()
        lost.append(route.request.headers["x-request-id"])
        route.abort()

    page.route("**/next/*", lose, times=1)
    hear(page, 60)
    assert len(lost) == 1
    live = desk.session(user)
    assert live is not None
    assert len(live["playbacks"]) == 1


@pytest.mark.parametrize("trouble", [BLOCKED, FULL], ids=["blocked", "full"])
def test_a_browser_that_keeps_nothing_still_plays(page: Page, user: str, trouble: str) -> None:
    """Where the browser's storage is blocked or full a session starts, goes on, ends and is followed by another."""
    page.add_init_script(trouble)
    start(page, user, "cafe")
    hear(page, 80)
    page.get_by_role("link", name="Catalogue").click()
    page.get_by_role("link", name="Listen").click()
    expect(page.locator(".picture .bar")).to_have_count(1)
    page.get_by_role("button", name="End this session").click()
    page.get_by_role("button", name="Start another session").click()
    expect(page.get_by_label("Listener")).to_have_value(user)


def test_an_id_of_the_wrong_kind_is_named(page: Page) -> None:
    """A listener that the service refuses is told in its own words, and the choice stays."""
    page.goto("/player/")
    page.get_by_label("Listener").fill("somebody")
    page.get_by_role("combobox").fill("cafe")
    page.get_by_role("option").first.click()
    expect(page.get_by_role("alert")).to_contain_text("a user id is a whole number here")
    expect(page.get_by_label("Listener")).to_be_focused()


def test_a_track_that_is_gone_ends_its_session(
    chromium: playwright.Browser, unkind: Path, tmp_path: Path, user: str
) -> None:
    """Where another catalogue is served meanwhile, the page names the track that it lacks, and lets go."""
    with Service(tmp_path / "first", unkind, SEGUE_SERVER__CHAIN="segue") as first:
        port = str(first.http.base_url.port)
        page = chromium.new_context(base_url=str(first.http.base_url)).new_page()
        start(page, user, "cafe")
    other = publish(tmp_path / "other", draft(columns() | {"track_ids": IntegerIds(np.arange(100, 112))}))
    with Service(tmp_path / "second", other, SEGUE_SERVER__PORT=port):
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_role("alert")).to_contain_text("the catalogue holds no track 0")
        page.get_by_role("button", name="End this session").click()
        page.get_by_role("button", name="Start another session").click()
        expect(page.get_by_role("heading", name="What would you like to hear?")).to_be_visible()
    page.context.close()


def test_a_page_that_got_no_answer_asks_again(page: Page) -> None:
    """Where the service is out of reach a page says so, and asks once more when told to."""
    page.goto("/player/")
    page.context.set_offline(True)
    page.get_by_role("link", name="Catalogue").click()
    expect(page.get_by_role("alert")).to_have_text("The service does not answer.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again now").click()
    expect(page.get_by_role("heading", name="Most listened")).to_be_visible()


def test_a_mistyped_address_is_a_page(page: Page) -> None:
    """An address that is no text and one that names no page lead somewhere."""
    page.goto("/player/#catalogue/%E0")
    expect(page.get_by_role("alert")).to_contain_text("%E0")
    page.goto("/player/#nowhere")
    expect(page.get_by_role("heading", name="What would you like to hear?")).to_be_visible()


def test_what_is_not_found_is_said(page: Page) -> None:
    """A search that finds nothing says so, and so does a track that the catalogue does not hold."""
    page.goto("/player/")
    page.get_by_role("combobox").fill("<b>zzz</b>")
    expect(page.get_by_text("No track is called “<b>zzz</b>”.")).to_be_visible()
    page.goto("/player/#catalogue/999999")
    expect(page.get_by_text("the catalogue holds no track 999999")).to_be_visible()


def test_an_empty_catalogue_is_named(chromium: playwright.Browser, tmp_path: Path) -> None:
    """Where there is nothing to choose, both pages that search say how to come by a catalogue."""
    nothing = {name: _emptied(column) for name, column in columns().items()}
    with Service(tmp_path / "service", publish(tmp_path / "artifacts", draft(nothing))) as empty:
        page = chromium.new_context(base_url=str(empty.http.base_url)).new_page()
        page.goto("/player/")
        page.get_by_role("combobox").focus()
        expect(page.get_by_text("The catalogue is empty. Run make preprocess")).to_be_visible()
        page.goto("/player/#catalogue")
        expect(page.get_by_text("The catalogue is empty. Run make preprocess")).to_be_visible()
    page.context.close()


def _emptied(column: Column) -> Column:
    if isinstance(column, np.ndarray):
        return column[:0]
    if isinstance(column, Ragged):
        return Ragged.of([])
    return Texts.of([]) if isinstance(column, Texts) else IntegerIds(np.arange(0))
