"""The split of the users, and several treatments at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from experiments.statistics.holm import holm
from experiments.statistics.srm import ALARM, sample_ratio_p

ROOT = Path(__file__).parents[3]


def test_an_even_split_is_no_surprise() -> None:
    """Equal groups under equal shares have p = 1."""
    assert sample_ratio_p({"C": 50, "T1": 50}, {"C": 1, "T1": 1}) == 1


def test_a_split_by_hand() -> None:
    """90 and 110 are off by 10 each from 100: chi-square 2 at one degree of freedom, p = 0.1573."""
    assert sample_ratio_p({"C": 90, "T1": 110}, {"C": 1, "T1": 1}) == pytest.approx(0.157299, abs=1e-6)


def test_stated_shares_count() -> None:
    """800 to 200 is a broken split of halves, and exactly right for shares of 0.8 and 0.2."""
    users = {"C": 800, "T1": 200}
    assert sample_ratio_p(users, {"C": 0.5, "T1": 0.5}) < ALARM
    assert sample_ratio_p(users, {"C": 0.8, "T1": 0.2}) == pytest.approx(1)


def test_holm_by_hand() -> None:
    """0.01, 0.03, 0.04 become 3 * 0.01, 2 * 0.03 and no less than that, in the order given."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_one_treatment_needs_no_correction() -> None:
    """A single p-value stays as it is, and one that is not defined is not counted as a try."""
    assert holm([0.04]) == [0.04]
    assert holm([None, 0.04]) == [None, 0.04]


def test_a_report_of_two_groups_does_not_load_statsmodels() -> None:
    """The command line starts without the heavy library that only the planner and Holm's correction use."""
    loaded = "import sys, experiments.__main__; sys.exit('statsmodels' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], cwd=ROOT).returncode == 0
