"""Thresholds and sizes that would break the arithmetic are refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from preprocessing.__main__ import main
from preprocessing.artifacts import Artifacts
from preprocessing.parameters import Parameters

Row = dict[str, Any]
Preprocess = Callable[..., Artifacts]
MakeEvent = Callable[..., Row]

FIELDS = {name: type(field.default) for name, field in Parameters.model_fields.items()}


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, kind in FIELDS.items() if kind is float for value in ("inf", "-inf", "nan")]
    + [(name, "9" * 20) for name, kind in FIELDS.items() if kind is int],
)
def test_a_parameter_beyond_all_numbers_is_named(name: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No float may be endless, and no integer beyond 64 bits: the run ends with the option and what it should be."""
    option = f"--{name.replace('_', '-')}"
    paths = ["--catalogue", "tracks.jsonl", "--log", "log", "--artifacts", "artifacts"]
    assert main([*paths, f"{option}={value}"]) == 2
    assert f"preprocessing: {option}: Input should be " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["session_gap_s", "neighbours_per_artist", "factor_users", "taste_playbacks"])
def test_the_largest_parameters_work(preprocess: Preprocess, make_event: MakeEvent, name: str) -> None:
    """What stands for no limit is within the arithmetic: the artifacts are those of a limit that nothing reaches."""
    (most,) = [bound.le for bound in Parameters.model_fields[name].metadata if hasattr(bound, "le")]
    rows = [make_event(user, track, 0.9, place) for user in (1, 2) for place, track in enumerate((10, 11, 20))]
    assert preprocess(rows, **{name: most}).manifest.files == preprocess(rows).manifest.files
