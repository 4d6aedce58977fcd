"""What fraction is expected, on a catalogue that can be checked by hand (see tests/tiny.py)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit

from preprocessing.artifacts import Artifacts, load, publish
from preprocessing.artifacts.expectation import expected_fractions
from tests.tiny import columns, draft, tiny_artifacts


def test_what_is_no_number_expects_nothing(tmp_path: Path) -> None:
    """Artifacts with a NaN, as a fit that diverged may leave, expect the least there is, not NaN."""
    nothing = np.full(12, np.nan, dtype=np.float32)
    broken = replace(draft(columns() | {"track_appeal": nothing}), taste=None)
    artifacts = load(publish(tmp_path, broken))
    assert expected_fractions(artifacts, 0, [3], [1.0], [0, 11]).tolist() == [0.01, 0.01]


@pytest.fixture
def strangers(tmp_path: Path) -> Artifacts:
    """The tiny world without a model of taste: appeals fall from 0.9 for track 0 to 0.1 for track 11."""
    return load(publish(tmp_path, replace(draft(columns()), taste=None)))


def test_appeal_is_expected_of_a_stranger(strangers: Artifacts) -> None:
    """In a fresh session a user whom nobody knows hears what the appeal says."""
    assert expected_fractions(strangers, None, [], [], [0, 11]) == pytest.approx([0.9, 0.1])


def test_a_session_that_hears_more_is_expected_to(strangers: Artifacts) -> None:
    """The first track says nothing; then one of appeal 0.1 was heard whole: 0.9 more, over 6 + 1 tracks."""
    assert expected_fractions(strangers, None, [11], [1.0], [11]) == pytest.approx([0.1])
    assert expected_fractions(strangers, None, [0, 11], [1.0, 1.0], [11]) == pytest.approx([0.1 + 0.9 / 7])
    assert expected_fractions(strangers, None, [11] * 50, [1.0] * 50, [0]) == pytest.approx([0.99])


def test_a_profile_that_hears_more_is_expected_to(strangers: Artifacts) -> None:
    """User 1 likes tracks 4 and 8 (0.9 each) and dislikes 2 (0.1): their appeals sum up to 1.6818, over 20 + 3."""
    assert expected_fractions(strangers, 0, [], [], [11]) == pytest.approx([0.1 + (1.9 - 1.681818) / 23])


def test_taste_is_asked_where_there_is_one(tmp_path: Path) -> None:
    """Sharpness times (effect + similarity or same artist - demand), tired by a half for each hearing of the artist."""
    artifacts = tiny_artifacts(tmp_path)
    # User 2 has a sharpness of 2. The session began with track 0, by Ada. Track 4 is by Bo, 1 by Ada, heard once.
    bo, ada = 2 * (-1 + 4 * 0.8 * 0.6), 2 * (-1 + 3)
    assert expected_fractions(artifacts, 1, [0], [1.0], [4, 1]) == pytest.approx([expit(bo), expit(ada) / 2])
    # Bo's track 5 was heard whole, beyond what was expected; Bo has been heard once since.
    surplus = (1 - expit(bo)) / 7
    assert expected_fractions(artifacts, 1, [0, 5], [1.0, 1.0], [4]) == pytest.approx([expit(bo) / 2 + surplus])
