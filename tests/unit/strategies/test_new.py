"""What `python -m strategies new` refuses, before it writes anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategies.__main__ import main
from strategies.errors import ConfigurationError
from strategies.new import create
from tests.service import ROOT


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("My Idea", "write small letters"),
        ("9lives", "write small letters"),
        ("class", "write small letters"),
        ("../escape", "write small letters"),
        ("popular", "exists already"),
        ("control", "has a chain 'control' already"),
    ],
)
def test_names_that_cannot_be_used(name: str, said: str) -> None:
    """A name that is no module's, or is taken, is refused."""
    with pytest.raises(ConfigurationError, match=said):
        create(name, ROOT)


def test_outside_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Elsewhere nothing is written, the sentence says so, and the exit status is 2."""
    monkeypatch.chdir(tmp_path)
    assert main(["new", "my_idea"]) == 2
    assert "is no checkout of Segue" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
