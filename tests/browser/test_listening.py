"""The player page as a listener uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.chromium import hear, start
from tests.browser.conftest import HTML, LONG, RIGHT_TO_LEFT, playwright
from tests.service import Service

expect = playwright.expect
Page = playwright.Page


def test_a_browser_at_the_root_is_sent_to_the_page(page: Page) -> None:
    """GET / in a browser shows the player page."""
    page.goto("/")
    assert page.url.endswith("/player/")
    expect(page.get_by_role("heading", name="What would you like to hear?")).to_be_visible()


def test_the_keyboard_is_enough(page: Page, user: str) -> None:
    """A session is started, steered and ended without a mouse."""
    page.goto("/player/")
    page.get_by_label("Listener").fill(user)
    page.get_by_role("combobox").focus()
    page.keyboard.type("cafe")  # without its accent
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Café del Mar")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator(".picture .bar")).to_have_count(1)
    page.keyboard.press("s")
    expect(page.locator(".picture .bar")).to_have_count(2)
    page.get_by_role("button", name="End this session").press("Enter")
    expect(page.get_by_role("heading", name="This session has ended.")).to_be_visible()


def test_enter_chooses_what_the_typed_text_finds(page: Page) -> None:
    """Who types faster than the service answers, and presses Enter, gets the first track of the answer to come."""
    page.goto("/player/#catalogue")
    page.get_by_role("combobox").focus()
    expect(page.get_by_role("option").first).to_be_visible()
    held: list[playwright.Route] = []
    page.route("**/search?q=*", lambda route: held.append(route))
    page.keyboard.type("song 7")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Waiting for the service …")).to_be_visible()
    while len(held) < len("song 7"):
        page.wait_for_timeout(20)
    for route in reversed(held):  # the answer to the whole text comes before those to its beginnings
        route.continue_()
    expect(page.get_by_role("heading", name="Song 7")).to_be_visible()
    expect(page.get_by_role("option")).to_have_count(0)


def test_keys_work_wherever_one_looks(page: Page, user: str) -> None:
    """They do after a reload, after a look at another page, and after a click beside everything."""
    start(page, user, "cafe")
    beside = page.get_by_role("heading", name="What this session has taught")
    for number, meanwhile in enumerate([page.reload, lambda: look_away(page), beside.click]):
        expect(page.locator(".picture .bar")).to_have_count(number)
        meanwhile()
        page.keyboard.press("n")
    expect(page.locator(".picture .bar")).to_have_count(3)


def look_away(page: Page) -> None:
    """Visit another page and come back."""
    page.get_by_role("link", name="Catalogue").click()
    expect(page.get_by_role("heading", name="Catalogue")).to_be_visible()
    page.get_by_role("link", name="Listen").click()


def test_a_title_leads_to_its_place_in_the_catalogue(page: Page, user: str) -> None:
    """What plays and what comes next can be looked up, and the session is still there afterwards."""
    start(page, user, "cafe")
    hear(page, 90)
    title = page.locator(".queue a").first.inner_text()
    page.locator(".queue a").first.click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.go_back()
    page.locator("h1").get_by_role("link").click()
    expect(page.get_by_role("button", name="Listen from here")).to_be_visible()
    page.go_back()
    expect(page.locator(".eyebrow")).to_have_text("Track 2")


def test_an_answer_is_explained(page: Page, desk: Service, user: str) -> None:
    """After a playback the page says why the next track plays, what comes after it, and what was taught."""
    start(page, user, "cafe")
    hear(page, 90)
    hear(page, 10)
    expect(page.locator(".why")).to_contain_text("1 track that you skipped and 1 already heard were left out.")
    expect(page.get_by_role("img", name="1 of 5 skips in a row")).to_be_visible()
    expect(page.locator(".queue li")).to_have_count(5)
    expect(page.locator(".taught")).to_contain_text("You hear 50 % of a track on average; 1 skip so far.")
    expect(page.locator(".who")).to_contain_text("segue")
    page.get_by_text("The numbers").click()
    expect(page.get_by_role("cell", name="90 %")).to_be_visible()
    live = desk.session(user)
    assert live is not None
    assert [playback["time"] for playback in live["playbacks"]] == [0.9, 0.1]


@pytest.mark.parametrize("most", [1, 4])
def test_a_short_queue_is_enough(
    chromium: playwright.Browser, unkind: Path, tmp_path: Path, user: str, most: int
) -> None:
    """Where the settings allow fewer tracks at once than the page asks for, it shows as many as there may be."""
    with (
        Service(tmp_path, unkind, SEGUE_SERVER__CHAIN="segue", SEGUE_SERVER__MAX_QUEUE=str(most)) as service,
        chromium.new_context(base_url=str(service.http.base_url)) as context,
    ):
        page = context.new_page()
        start(page, user, "cafe")
        hear(page, 90)
        expect(page.locator(".queue a")).to_have_count(most - 1)
        hear(page, 90)
        expect(page.get_by_role("alert")).to_be_empty()
        live = service.session(user)
    assert live is not None
    assert [playback["time"] for playback in live["playbacks"]] == [0.9, 0.9]


def test_five_skips_light_five_lamps(page: Page, user: str) -> None:
    """At the fifth skip in a row every lamp is lit and the page says that Segue changes course."""
    start(page, user, "song 4")
    for _ in range(5):
        hear(page, 5)
    expect(page.locator(".lamps .on")).to_have_count(5)
    expect(page.get_by_text("That was one skip too many: Segue changes course.")).to_be_visible()
    hear(page, 5)
    expect(page.locator(".lamps .on")).to_have_count(1)


def test_a_track_that_plays_to_its_end_is_followed(page: Page, user: str) -> None:
    """The bar runs by itself, and at its end the next track plays; dragged to the end it waits."""
    start(page, user, "cafe")
    page.get_by_role("slider").fill("100")
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".eyebrow")).to_have_text("Track 1")
    page.get_by_role("slider").fill("99")
    expect(page.locator(".eyebrow")).to_have_text("Track 2")


@pytest.mark.parametrize("width", [400, 1400])
def test_unkind_titles_are_only_titles(page: Page, user: str, width: int) -> None:
    """Titles with HTML, of 5,000 characters or from right to left are shown as they are and burst nothing."""
    page.set_viewport_size({"width": width, "height": 900})
    start(page, user, "img src onerror")
    expect(page.get_by_role("heading", name=HTML)).to_be_visible()
    for _ in range(3):
        hear(page, 90)
    page.get_by_text("The numbers").click()
    shown = page.locator("body").inner_text()
    assert HTML in shown
    assert RIGHT_TO_LEFT in shown
    assert LONG.strip() in " ".join(page.locator("body").text_content().split())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("img[src=x]").count() == 0


def test_a_reload_loses_nothing(page: Page, user: str) -> None:
    """The session is where it was after the page is loaded again, and after a look at another page."""
    start(page, user, "cafe")
    hear(page, 80)
    title = page.locator("h1").inner_text()
    page.reload()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator(".picture .bar")).to_have_count(1)
    page.get_by_role("link", name="Catalogue").click()
    page.get_by_role("link", name="Listen").click()
    expect(page.locator("h1")).to_have_text(title)


def test_the_catalogue_leads_to_listening(page: Page) -> None:
    """A track is found, its neighbours are listed, and a session starts from it."""
    page.goto("/player/#catalogue")
    page.get_by_role("combobox").fill("CAFÉ mar")
    page.get_by_role("option").first.click()
    expect(page.get_by_role("heading", name="Café del Mar")).to_be_visible()
    expect(page.get_by_role("link", name="Song 4")).to_be_visible()
    page.get_by_role("button", name="Listen from here").click()
    expect(page.get_by_role("region", name="Now playing")).to_contain_text("Café del Mar")


def test_experiments_and_leaderboard_say_what_there_is(page: Page) -> None:
    """The pages show the treatments and their chains, and a sentence where there is nothing to show yet."""
    page.goto("/player/#experiments")
    expect(page.get_by_role("region", name="SEGUE")).to_contain_text("control")
    expect(page.get_by_text("serves everybody at the moment")).to_be_visible()
    page.goto("/player/#leaderboard")
    expect(page.get_by_role("heading", name="Leaderboard")).to_be_visible()
