"""The claim's verdict, and the leaderboard's page and plot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.settings import Settings
from experiments.statistics.welch import Effect
from preprocessing.artifacts import load, publish
from simulator.commands.ablation import OF_THE_MODEL, OF_THE_SESSION, ablation_page, deprived
from simulator.commands.claim import Measured, experiment_settings, shortcomings
from simulator.commands.novelty import with_novelty
from simulator.errors import SimulatorError
from simulator.leaderboard import Standing, order_by_time, page, plot
from simulator.leaderboard.curve import Curve, curve_page, curve_plot
from simulator.running.spread import Spread
from simulator.running.summary import Group
from strategies.base import Slate
from strategies.registry import build_chain
from strategies.session_taste import SessionTaste
from tests.tiny import query, tiny_artifacts


def group(name: str, mean: float, effect: Effect | None = None) -> Group:
    """Return a group."""
    return Group(name, 10, 20, mean, (mean - 0.1, mean + 0.1), 9.5, 0.25, 0.125, effect)


def measured(world: str, percent: float, lower: float) -> Measured:
    """Return a run with an effect."""
    effect = Effect(1.0, 1 + percent / 100, percent, (lower, 2 * percent - lower))
    return Measured(world, "a run", group("C", 1.0), group("T1", 1 + percent / 100, effect))


def test_a_claim_that_holds_has_no_shortcoming() -> None:
    """Effects above the bounds, near each other, with intervals above 0."""
    assert shortcomings([measured("dot", 30, 25), measured("dot", 39.9, 35), measured("cosine", 10, 1)]) == []


@pytest.mark.parametrize(
    ("runs", "sentence"),
    [
        ([measured("dot", 25, -1)], "dot, a run: the interval is not above 0"),
        ([measured("dot", 21.4, 20)], "dot, a run: +21.4 % is below +21.5 %"),
        (
            [measured("cosine", 12, 9), measured("cosine", 23, 20)],
            "cosine: the runs differ by more than 10 percentage points",
        ),
    ],
)
def test_each_shortcoming_is_a_sentence(runs: list[Measured], sentence: str) -> None:
    """An interval that reaches 0, an effect that is too small, and seeds that disagree are each said."""
    assert shortcomings(runs) == [sentence]


def test_the_claim_compares_the_default_chain_with_the_control(settings: Settings) -> None:
    """Whatever experiments the settings hold, the claim's is the control against the default chain."""
    (experiment,) = experiment_settings(settings).experiments
    assert experiment.treatments == {"C": "control", "T1": settings.server.default_chain}


@pytest.fixture
def standings() -> dict[str, list[Standing]]:
    """Return two chains in two worlds."""
    effect = Effect(4.0, 5.0, 25.0, (20.0, 30.0))
    spread = Spread(coverage=0.125, track_gini=0.5, artist_gini=0.25, artists=2.5, unplayed=0.01)
    control, segue = group("control", 4.0), group("segue<", 5.0, effect)
    chains = order_by_time([Standing(control, spread, 20), Standing(segue, spread, 35)])
    return {"dot": chains, "cosine": chains}


def test_the_page_says_how_it_was_made(standings: dict[str, list[Standing]]) -> None:
    """The best chain stands first with its effect and interval, and the command stands below."""
    text = page(standings, "python -m simulator leaderboard", (1, 2), 500, 900)
    row = (
        "| `segue<` | 5.000 ± 0.100 | +25.0 % (+20.0 to +30.0) | 9.50 | 25.0% | 2.5 | 12.5% | 0.50 | 0.25 | 1.0% | 35 |"
    )
    assert row in text
    assert "| `segue<` | 1.25 (1.20 to 1.30) | 1.25 (1.20 to 1.30) |" in text
    assert text.index("segue<") < text.index("`control`")
    assert "    python -m simulator leaderboard\n" in text
    assert "seeds 1, 2" in text


def test_the_plot_is_a_picture(standings: dict[str, list[Standing]]) -> None:
    """It is well-formed, has a dot per chain and world, and follows the reader's light or dark."""
    picture = plot(standings)
    assert ElementTree.fromstring(picture).tag.endswith("svg")  # noqa: S314  # our own
    assert picture.count("<circle") == 4
    assert "prefers-color-scheme: dark" in picture


def test_the_curve_is_a_picture_and_a_table(standings: dict[str, list[Standing]]) -> None:
    """A dot per weight in each world, and a row with session time and coverage for each."""
    segue, control = standings["dot"]
    curves = {world: [Curve("segue<", {0.0: segue, 1.0: control})] for world in standings}
    picture = curve_plot(curves)
    assert ElementTree.fromstring(picture).tag.endswith("svg")  # noqa: S314  # our own
    assert picture.count("<circle") == 4
    assert "| `segue<` | 1 | 4.000 ± 0.100 | 12.5% | 0.50 | 2.5 | 1.0% |" in curve_page(curves, "a command")


@pytest.mark.parametrize(
    ("chain", "uses"),
    [
        ("segue", ["sticky_artist", "dislike_filter", "novelty", "diversity_injector", "contextual_fallback"]),
        ("popular", ["popular", "novelty"]),
    ],
)
def test_novelty_stands_behind_sources_and_filters(settings: Settings, chain: str, uses: list[str]) -> None:
    """What is injected and what is answered in need keep their places."""
    assert [stage["use"] for stage in with_novelty(settings, chain, 0.5)] == uses


def test_the_ablation_is_a_table_of_valid_variants(standings: dict[str, list[Standing]]) -> None:
    """Each part that is taken away is a parameter of session taste, and each variant a row with its effect."""
    for parameters in OF_THE_SESSION.values():
        SessionTaste.Config.model_validate(parameters)
    text = ablation_page(standings, "a command")
    assert "| segue< | 5.000 ± 0.100 | +25.0 % (+20.0 to +30.0) |" in text
    assert text.endswith("    a command\n")


@pytest.mark.parametrize("part", OF_THE_MODEL)
def test_a_part_of_the_model_can_be_taken_away(part: str, tmp_path: Path) -> None:
    """Artifacts without it are valid, and the chain still answers from the model."""
    whole = tiny_artifacts(tmp_path / "whole")
    without = load(publish(tmp_path / "without", deprived(whole, OF_THE_MODEL[part])))
    (strategy,) = build_chain("one", [{"use": "session_taste"}]).strategies
    assert strategy(query(without, [(0, 1.0)]), Slate([], [])).tracks


def test_without_a_model_nothing_can_be_taken_away(tmp_path: Path) -> None:
    """The sentence says what to do."""
    whole = tiny_artifacts(tmp_path)
    bare = replace(whole, manifest=whole.manifest.model_copy(update={"taste": None}))
    with pytest.raises(SimulatorError, match="raise --collect"):
        deprived(bare, OF_THE_MODEL["artists do not tire"])
