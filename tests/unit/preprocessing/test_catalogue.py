"""A catalogue that cannot be served is refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from preprocessing.artifacts import Artifacts
from preprocessing.errors import InputError

Row = dict[str, Any]
Preprocess = Callable[..., Artifacts]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"track": "x"}, "two types"),
        ({"track": 11}, "11 more than once"),
        ({"track": None}, "column 'track'"),
        ({"artist": None}, "column 'artist'"),
        ({"title": None}, "column 'title'"),
    ],
)
def test_a_wrong_row_is_named(preprocess: Preprocess, catalogue_rows: list[Row], change: Row, sentence: str) -> None:
    """The sentence says which rule the catalogue breaks."""
    catalogue_rows[0] |= change
    with pytest.raises(InputError, match=sentence):
        preprocess([], catalogue_rows)


def test_an_empty_catalogue_is_refused(preprocess: Preprocess) -> None:
    """Without tracks there is nothing to recommend."""
    with pytest.raises(InputError, match="holds no track"):
        preprocess([], [])


def test_rows_are_numbered_by_sorted_id_and_artists_by_name(preprocess: Preprocess, catalogue_rows: list[Row]) -> None:
    """The order of the file does not matter."""
    artifacts = preprocess([], catalogue_rows[::-1])
    assert [artifacts.track_ids[row] for row in range(5)] == [10, 11, 20, 21, 30]
    assert list(artifacts.artist_names) == ["A", "B", "C"]
    assert artifacts.track_artist.tolist() == [0, 0, 1, 1, 2]


def test_an_empty_log_gives_a_service_that_knows_nothing(preprocess: Preprocess) -> None:
    """All tracks are equally appealing, and nobody is known."""
    artifacts = preprocess([])
    assert artifacts.track_appeal.tolist() == [0.5] * 5
    assert artifacts.popular_tracks.tolist() == [0, 1, 2, 3, 4]
    assert artifacts.n_users == 0
