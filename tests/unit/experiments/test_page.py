"""The page that one would show to a boss."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from experiments.__main__ import main
from experiments.report.page.axis import Scale, ticks
from experiments.report.page.markup import tag
from tests.unit.experiments.logs import WriteLog, many_users, session

VOID = {"meta", "br", "hr", "img", "input", "link"}


class _Tags(HTMLParser):
    """Collects start tags with their attributes and checks that all are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _page(log: str, tmp_path: Path, *more: str) -> str:
    target = tmp_path / "report.html"
    assert main(["report", log, "--html", str(target), *more]) == 0
    return target.read_text()


def _tags(page: str) -> _Tags:
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []
    return tags


def test_the_page_stands_alone(write_log: WriteLog, tmp_path: Path) -> None:
    """It is small, loads nothing, runs nothing, and its markup is well-formed."""
    page = _page(write_log(many_users(200, ("C", "T1", "T2"), past=True)), tmp_path)
    assert len(page.encode()) < 2_000_000
    assert not re.search(r"https?:|url\(|@import|<script|<link|<img|\ssrc=|\shref=", page)
    assert "<!DOCTYPE html>" in page
    assert _tags(page).found[0] == ("html", {"lang": "en"})


def test_the_plots_have_text_in_their_place(write_log: WriteLog, tmp_path: Path) -> None:
    """Each drawing is an image with a description, and each table cell has a header in its column or row."""
    page = _page(write_log(many_users(100)), tmp_path)
    found = _tags(page).found
    drawings = [attributes for name, attributes in found if name == "svg"]
    assert len(drawings) == 4
    assert all(a["role"] == "img" and len(a["aria-label"] or "") > 40 for a in drawings)
    assert all(attributes.get("scope") in ("row", "col") for name, attributes in found if name == "th")
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


def test_names_from_the_log_are_text_and_never_markup(write_log: WriteLog, tmp_path: Path) -> None:
    """An experiment and a treatment with angle brackets appear as they are written."""
    name = "<b>&amp;"
    rows = [*session(1, [1, 0.5], "C", experiment=name), *session(2, [1], "<i>", experiment=name)]
    page = _page(write_log(rows), tmp_path)
    assert "<b>" not in page
    assert "<i>" not in page
    assert "&lt;b&gt;&amp;amp;" in page
    _tags(page)


@pytest.mark.parametrize("treated", [[[1, 0.5]], [[1, 0.5], [1, 0.5]]], ids=["one user", "no variance"])
def test_a_page_without_intervals_is_still_a_page(
    write_log: WriteLog, tmp_path: Path, treated: list[list[float]]
) -> None:
    """Where nothing can be tested there is no forest plot, and no NaN anywhere."""
    rows = [*session(1, [1, 0.5], "C"), *session(2, [1, 0.5], "C")]
    rows += [row for i, times in enumerate(treated) for row in session(10 + i, times, "T1")]
    page = _page(write_log(rows), tmp_path)
    assert not re.search(r"\bnan\b", page, re.IGNORECASE)
    assert "cannot be judged" in page
    assert "Effects against the control" not in page


def test_many_treatments_fit(write_log: WriteLog, tmp_path: Path) -> None:
    """Nine treatments are nine verdicts and nine plots of the effect over time."""
    page = _page(write_log(many_users(200, ("C", *(f"T{i}" for i in range(1, 10))))), tmp_path)
    assert page.count("card verdict") == 9
    assert page.count(": the effect over time") == 9


def test_a_scale_cuts_what_is_beyond_it() -> None:
    """Values map linearly, and those beyond the ends to the ends."""
    scale = Scale(0, 10, 100, 200)
    assert [scale(value) for value in (-5, 0, 5, 10, 99)] == [100, 100, 150, 200, 200]


def test_ticks_are_round() -> None:
    """The marks of an axis are multiples of 1, 2 or 5 within its ends."""
    assert ticks(-12, 12, 4) == [-10, -5, 0, 5, 10]
    assert ticks(0, 1) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])


def test_markup_names_attributes_as_html_does() -> None:
    """Underscores become hyphens, class_ becomes class, None is left out, numbers are short."""
    element = tag("line", "a", tag("b"), "c", class_="x", stroke_width=1.23456, id=None)
    assert element.attrib == {"class": "x", "stroke-width": "1.23"}
    assert (element.text, element[0].tail) == ("a", "c")
