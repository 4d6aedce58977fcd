"""What `python -m strategies new` refuses, before it writes anything."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from strategies.__main__ import main
from strategies.errors import ConfigurationError
from strategies.new import create
from tests.service import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what a new strategy is written into."""
    shutil.copytree(ROOT / "strategies", tmp_path / "strategies", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "settings.toml", tmp_path)
    (tmp_path / "tests/unit/strategies").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("My Idea", "write small letters"),
        ("9lives", "write small letters"),
        ("class", "write small letters"),
        ("../escape", "write small letters"),
        ("popular", "exists already"),
        ("control", "has a chain 'control' already"),
        ("explore", "there is a strategy 'explore' already"),
        ("none", "its class would be None"),
        ("slate", "its class would be Slate"),
        ("role", "its class would be Role"),
        ("query", "its class would be Query"),
        ("field", "its class would be Field"),
        ("strategy", "its class would be Strategy"),
        ("path", "its class would be Path"),
        ("popular_", "its class would be Popular"),
        ("test_of_time", "its class would be TestOfTime"),
    ],
)
def test_names_that_cannot_be_used(checkout: Path, name: str, said: str) -> None:
    """A name that is no module's, is taken, or makes a class that means something else already is refused."""
    with pytest.raises(ConfigurationError, match=said):
        create(name, checkout)


def test_outside_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Elsewhere nothing is written, the sentence says so, and the exit status is 2."""
    monkeypatch.chdir(tmp_path)
    assert main(["new", "my_idea"]) == 2
    assert "is no checkout of Segue" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_key_of_another_table_is_no_chain(checkout: Path) -> None:
    """A strategy may be called as a setting is: `port` stands in settings.toml, and is no chain."""
    assert checkout / "strategies/port.py" in create("port", checkout)


def test_the_test_of_an_early_name_is_sorted(checkout: Path) -> None:
    """The imports of a strategy's test stand in the order of their modules, whatever the name."""
    create("above", checkout)
    lines = (checkout / "tests/unit/strategies/test_above.py").read_text().splitlines()
    imports = [line for line in lines if line.startswith("from strategies")]
    assert imports == ["from strategies.above import Above, AboveConfig", "from strategies.base import Slate"]
