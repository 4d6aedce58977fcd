"""What the improver reads: figures as sentences and tables, and nothing for axe-core to mend."""

from __future__ import annotations

import pytest

from tests.browser.conftest import playwright
from tests.browser.test_accessibility import violations

expect = playwright.expect
Page = playwright.Page

EFFECT = {
    "experiment": "SEGUE",
    "treatment": "T1",
    "metric": "mean_time_per_session",
    "control_mean": 4.0,
    "treatment_mean": 5.0,
    "effect_percent": 25.0,
    "lower_percent": 20.0,
    "upper_percent": 30.0,
    "p_value": 0.00001,
    "n_control": 1000,
    "n_treatment": 1001,
    "significant": True,
}
UNKNOWN = EFFECT | {"metric": "skip_rate", "effect_percent": None, "lower_percent": None, "p_value": None}
STANDING = {
    "name": "segue",
    "time": 6.7,
    "effect_percent": 38.6,
    "lower_percent": 37.7,
    "upper_percent": 39.4,
    "tracks": 11.7,
    "skipped": 0.15,
    "coverage": 0.6,
}
CONTROL = STANDING | {"name": "control", "time": 4.8, "effect_percent": None}


@pytest.mark.parametrize(
    ("better", "sentence"),
    [
        (EFFECT, "T1: listeners stay 25.0 % longer than with the control."),
        (EFFECT | {"effect_percent": -3.0, "significant": False}, "3.0 % shorter than with the control, which may be"),
        (UNKNOWN, "T1: too little is known yet."),
    ],
)
def test_a_report_is_a_sentence_and_a_table(page: Page, better: dict[str, object], sentence: str) -> None:
    """The first metric is the verdict; every metric is a row, and what is not known is a dash."""
    report = {"made_at": "2026-01-01T12:00:00Z", "comparisons": [better, UNKNOWN], "reason": ""}
    page.route("**/experiments/report", lambda route: route.fulfill(json=report))
    page.goto("/player/#experiments")
    expect(page.locator(".verdict")).to_contain_text(sentence)
    expect(page.get_by_text("1,000 users in the control, 1,001 in the treatment.")).to_be_visible()
    expect(page.get_by_role("row", name="skip rate").last).to_contain_text("\N{EN DASH}")
    assert violations(page) == []


def test_a_report_is_live(page: Page) -> None:
    """Who stays on the page sees the report of a minute later, too."""
    effects = iter([25.0, 26.0])

    def answer(route: playwright.Route) -> None:
        comparisons = [EFFECT | {"effect_percent": next(effects)}]
        route.fulfill(json={"made_at": "2026-01-01T12:00:00Z", "comparisons": comparisons, "reason": ""})

    page.route("**/experiments/report", answer)
    page.clock.install()
    page.goto("/player/#experiments")
    expect(page.locator(".verdict")).to_contain_text("25.0 % longer")
    page.clock.fast_forward(60_000)
    expect(page.locator(".verdict")).to_contain_text("26.0 % longer")


def test_a_leaderboard_is_a_table_for_each_world(page: Page) -> None:
    """Chains stand in their order, with a bar and their effect over the control."""
    board = {"command": "python -m simulator leaderboard", "worlds": {"dot": [STANDING, CONTROL]}}
    page.route("**/leaderboard", lambda route: route.fulfill(json=board))
    page.goto("/player/#leaderboard")
    expect(page.get_by_role("row", name="segue")).to_contain_text("+38.6 %")
    expect(page.get_by_role("row", name="control").last).to_contain_text("\N{EN DASH}")
    expect(page.get_by_text("Made by: python -m simulator leaderboard")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 360, 390, 520, 600, 760])
@pytest.mark.parametrize("name", ["experiments", "leaderboard"])
def test_figures_fit_a_phone(page: Page, name: str, width: int) -> None:
    """On no phone does a table scroll sideways, with the longest names and figures that there are."""
    long = EFFECT | {"metric": "mean_tracks_per_session", "effect_percent": -35.4, "lower_percent": -41.0}
    report = {"made_at": "2026-01-01T12:00:00Z", "comparisons": [long | {"upper_percent": -29.8}], "reason": ""}
    page.route("**/experiments/report", lambda route: route.fulfill(json=report))
    best = STANDING | {"name": "group_recommendations", "time": 24.73, "effect_percent": 402.8}
    page.route("**/leaderboard", lambda route: route.fulfill(json={"command": "", "worlds": {"dot": [best, CONTROL]}}))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/player/#{name}")
    tables = page.get_by_role("region")
    expect(tables.last).to_contain_text("%")
    for table in tables.all():
        assert table.evaluate("(element) => element.scrollWidth <= element.clientWidth")
