"""What fraction is expected, on a catalogue that can be checked by hand (see tests/tiny.py)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from preprocessing.artifacts import load, publish
from preprocessing.artifacts.expectation import expected_fractions
from tests.tiny import columns, draft, tiny_artifacts


def test_what_is_no_number_expects_nothing(tmp_path: Path) -> None:
    """Artifacts with a NaN, as a fit that diverged may leave, expect the least there is, not NaN."""
    broken = columns() | {"track_appeal": np.full(12, np.nan, dtype=np.float32)}
    artifacts = load(publish(tmp_path, draft(broken)))
    assert expected_fractions(artifacts, 0, [3], [1.0], [0, 11]).tolist() == [0.01, 0.01]


def test_appeal_session_and_profile(tmp_path: Path) -> None:
    """Appeals are 0.9, 0.827, ... 0.1. A stranger to a fresh session is expected to hear what the appeal says."""
    artifacts = tiny_artifacts(tmp_path)
    assert expected_fractions(artifacts, None, [], [], [0, 11]) == pytest.approx([0.9, 0.1])
    # One track of appeal 0.1 heard whole: 0.9 more, over 3 + 1 tracks.
    assert expected_fractions(artifacts, None, [11], [1.0], [11]) == pytest.approx([0.1 + 0.9 / 4])
    # User 1 likes tracks 4 and 8 (0.9 each) and dislikes 2 (0.1): their appeals sum up to 1.6818, over 20 + 3.
    usual = (1.9 - 1.681818) / 23
    assert expected_fractions(artifacts, 0, [], [], [11]) == pytest.approx([0.1 + usual])
    # Nothing is certain.
    assert expected_fractions(artifacts, None, [11] * 50, [1.0] * 50, [0]) == pytest.approx([0.99])
