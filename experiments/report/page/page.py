"""Put the page together."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from experiments.report.page.axis import Scale, series
from experiments.report.page.effects_table import effects_table
from experiments.report.page.forest import forest_plot
from experiments.report.page.markup import tag
from experiments.report.page.over_time import moment, over_time_plot
from experiments.report.page.shape_plots import length_plot, position_plot
from experiments.report.page.style import CSS
from experiments.report.report import Report
from experiments.report.shapes import LONGEST
from experiments.report.verdict import cautions, split_is_broken, verdicts
from experiments.report.wording import interval_text, p_text, percent_text


def to_html(reports: Sequence[Report], source: str) -> str:
    """Return the page of these reports; `source` is the log that they were made from."""
    title = "Experiment report: " + ", ".join(report.experiment for report in reports)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", CSS),
    )
    heading = tag("h1", f"Segue experiment report · {Path(source).name}")
    main = tag("main", heading, *(_section(report) for report in reports))
    page = tag("html", head, tag("body", main), lang="en")
    return "<!DOCTYPE html>\n" + tostring(page, encoding="unicode", method="html") + "\n"


def _section(report: Report) -> Element:
    broken = split_is_broken(report)
    sizes = " · ".join(f"{t}: {n:,} users, {report.sessions[t]:,} sessions" for t, n in report.users.items())
    return tag(
        "section",
        tag("h2", report.experiment),
        *(tag("p", _unbroken(found.text), class_=f"card verdict {found.tone}") for found in verdicts(report)),
        *(tag("p", _unbroken(text), class_="card caution" + (" bad" if broken else "")) for text in cautions(report)),
        tag("p", f"{sizes} · split as intended: p = {p_text(report.sample_ratio_p)}", class_="muted"),
        tag("div", effects_table(report), class_="card"),
        tag("div", *_plots(report), class_="plots"),
        tag("h2", "What to know about these figures"),
        tag("ul", *(tag("li", note) for note in report.notes), class_="notes"),
    )


def _unbroken(text: str) -> str:
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _plots(report: Report) -> list[Element]:
    treatments = list(report.users)
    legend = _legend(treatments)
    plots = []
    forest = forest_plot(report.comparisons, treatments)
    if forest is not None:
        caption = "Dot: the effect. Bar: its 95 % interval. Line: the interval for those who peek."
        plots.append(_figure("Effects against the control", caption, forest, _legend(treatments[1:], first=1)))
    for index, (treatment, looks) in enumerate(report.looks.items(), start=1):
        drawn = over_time_plot(treatment, looks, index)
        if drawn is not None:
            span = Scale(looks[0].until, looks[-1].until, 0, 1)
            rows = [
                [moment(look.until, span), percent_text(look.effect.percent), interval_text(look.interval)]
                for look in looks
                if look.effect.percent is not None
            ]
            caption = f"{report.primary.label}, all sessions so far; the band stays valid however often you look."
            table = _numbers(["until (UTC)", "effect", "always-valid interval"], rows)
            plots.append(_figure(f"{treatment}: the effect over time", caption, drawn, table))
    by_position = [
        [name, str(a), f"{b:.3f}"]
        for name, shape in report.positions.items()
        for a, b in zip(shape.x, shape.y, strict=True)
    ]
    by_length = [
        [name, str(a), f"{b:.2%}"]
        for name, shape in report.lengths.items()
        for a, b in zip(shape.x, shape.y, strict=True)
    ]
    plots.append(
        _figure(
            "How much is listened, track by track",
            "Mean fraction listened at each position in the session.",
            position_plot(report.positions),
            legend,
            _numbers(["treatment", "position", "fraction listened"], by_position),
        )
    )
    plots.append(
        _figure(
            "How long sessions are",
            f"Share of sessions by their number of tracks; {LONGEST} stands for {LONGEST} and more.",
            length_plot(report.lengths),
            _legend(treatments),
            _numbers(["treatment", "tracks", "share of sessions"], by_length),
        )
    )
    return plots


def _figure(title: str, caption: str, *contents: Element) -> Element:
    return tag("figure", tag("figcaption", tag("h3", title), tag("p", caption)), *contents, class_="card")


def _legend(treatments: Iterable[str], first: int = 0) -> Element:
    items = (tag("li", tag("i", class_=series(index)), name) for index, name in enumerate(treatments, start=first))
    return tag("ul", *items, class_="legend", aria_label="Treatments")


def _numbers(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Element:
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in columns)))
    body = tag("tbody", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows))
    return tag("details", tag("summary", "The numbers"), tag("div", tag("table", head, body), tabindex="0"))
