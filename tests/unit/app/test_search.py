"""Search as somebody types."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.search import Search, folded
from preprocessing.artifacts import Artifacts, Texts, load, publish
from tests.tiny import columns, draft

TITLES = ["Art", "Heart", "Smart Art", "Straße", "Ærø", "It's Late", "東京", "Mañana", "Łódź", "A", "B", "C"]


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    """Twelve tracks; popularity falls with the row: 0-3 by Ada, 4-7 by Bo, 8-10 by Cleo, 11 by Dee."""
    folder = tmp_path_factory.mktemp("titles")
    return load(publish(folder, draft(columns() | {"track_titles": Texts.of(TITLES)})))


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("Café  DEL-Mar!", "cafe del mar"),
        ("Straße", "strasse"),
        ("Ærø", "aero"),
        ("It\u2019s", "its"),
        ("Łódź", "lodz"),
        ("«Привет»", "привет"),
        ("...", ""),
    ],
)
def test_texts_are_folded(text: str, compared: str) -> None:
    """Case, accents, punctuation and spaces make no difference."""
    assert folded(text) == compared


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("art", [0, 2, 1]),  # words that begin so stand before those that only hold it, then the most listened
        ("ART ADA", [0, 2, 1]),
        ("ada art", [0, 2, 1]),
        ("strasse", [3]),
        ("aero", [4]),
        ("its", [5]),
        ("京", [6]),
        ("manana", [7]),
        ("lodz", [8]),
        ("dee", [11]),
        ("ada b", []),
        ("adaart", []),
        ("...", []),
        ("", [0, 1, 2]),
        ("(.*", []),
    ],
)
def test_what_is_found(artifacts: Artifacts, query: str, rows: list[int]) -> None:
    """Every word is found anywhere in artist and title; the best match first."""
    assert Search().find(artifacts, query, limit=3) == rows


def test_other_artifacts_are_indexed_anew(artifacts: Artifacts, tmp_path: Path) -> None:
    """After a change of artifacts their tracks are found, and the earlier ones no more."""
    search = Search()
    assert search.find(artifacts, "heart", 5) == [1]
    other = load(publish(tmp_path, draft(columns())))
    assert search.find(other, "heart", 5) == []
    assert search.find(other, "song 7", 5) == [7]
