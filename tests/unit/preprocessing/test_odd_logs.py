"""Logs that lack what a stage learns from: a smaller artifact and a sentence, never NaN, and always an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from app.settings import load_settings
from preprocessing.artifacts import Artifacts
from strategies.registry import build_chains
from tests.service import ROOT
from tests.tiny import query

Row = dict[str, Any]
Preprocess = Callable[..., Artifacts]
MakeEvent = Callable[..., Row]

TRACKS = (10, 11, 20, 21, 30)
# By name: (user, track, time) of each playback.
ODD_LOGS: dict[str, list[tuple[int, int, float]]] = {
    "nothing": [],
    "one playback": [(1, 10, 1.0)],
    "no skips": [(user, track, 1.0) for user in range(40) for track in TRACKS],
    "only skips": [(user, track, 0.0) for user in range(40) for track in TRACKS],
    "all fractions equal": [(user, track, 0.5) for user in range(40) for track in TRACKS],
    "one user": [(1, track, 0.25 * place) for place, track in enumerate(TRACKS)] * 40,
    "one track": [(user, 10, user % 3 / 2) for user in range(200)],
    "a new artist only": [(user, 30, 0.9) for user in range(200)],
    "200 rows": [(user % 23, TRACKS[user % 5], user % 7 / 6) for user in range(200)],
}


@pytest.mark.parametrize("name", ODD_LOGS)
def test_an_odd_log_gives_artifacts_that_serve(name: str, preprocess: Preprocess, make_event: MakeEvent) -> None:
    """Every float of every artifact is finite, and every chain answers a known, an unknown and a new session."""
    rows = [make_event(user, track, time, at) for at, (user, track, time) in enumerate(ODD_LOGS[name])]
    artifacts = preprocess(rows)
    for field in fields(artifacts):
        column = getattr(artifacts, field.name)
        if isinstance(column, np.ndarray) and column.dtype.kind == "f":
            assert np.isfinite(column).all(), field.name
    chains = load_settings({"SEGUE_SETTINGS": str(ROOT / "settings.toml")}).chains
    for chain in build_chains(chains).values():
        for heard in ([(10, 1.0)], [(10, 0.0), (30, 0.9)]):
            for user in (1, 12345):
                assert chain(query(artifacts, heard, user=user)).tracks, chain.name


def test_what_is_not_known_is_said(
    preprocess: Preprocess, make_event: MakeEvent, caplog: pytest.LogCaptureFixture
) -> None:
    """A log in which nobody skips says that nobody is alike in that."""
    preprocess([make_event(user, 10, 1.0) for user in range(3)])
    assert "no two users of the log share disliked tracks: nobody is alike in that way" in caplog.messages
