"""docs/write-a-strategy.md does what it says, in a copy of the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service import ROOT
from tests.worlds import World

PAGE = (ROOT / "docs/write-a-strategy.md").read_text()
COPIED = ("app", "cli", "docs", "experiments", "preprocessing", "simulator", "strategies", "tests")
SMALLER = {"--episodes 2000": "--episodes 60", "--collect 5000": "--collect 300"}


def blocks(language: str) -> list[str]:
    """Return the page's code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout, in which things may be written."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "pictures"))
    for name in ("settings.toml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def run(command: str, checkout: Path, **variables: str) -> str:
    """Run a command of the page and return what it prints."""
    for long, short in SMALLER.items():
        command = command.replace(long, short)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")}
    finished = subprocess.run(
        ["sh", "-c", command.replace(".venv/bin/python", sys.executable)],
        cwd=checkout,
        env=environment | {"PYTHONPATH": str(checkout)} | variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_from_nothing_to_a_row_in_the_leaderboard(checkout: Path, world: World) -> None:
    """The page's commands, one after the other, in the time that they take."""
    new, tested, compared, served = blocks("bash")
    assert run(new, checkout).splitlines()[:4] == [
        "strategies/my_idea.py",
        "strategies/registry.py",
        "settings.toml",
        "tests/unit/strategies/test_my_idea.py",
    ]
    assert (checkout / "strategies/my_idea.py").read_text() == blocks("python")[0]
    assert "passed" in run(tested, checkout)
    run(".venv/bin/python -m ruff check strategies tests", checkout)
    run(".venv/bin/python -m ruff format --check strategies tests", checkout)
    run(compared, checkout)
    assert "| `my_idea` |" in (checkout / "reports/leaderboard.md").read_text()
    places = {"ARTIFACTS": world.folder, "EVENT_LOG": checkout / "log", "REDIS": checkout / "store"}
    variables = {f"SEGUE_{name}__PATH": str(place) for name, place in places.items()}
    assert "'my_idea' serves everybody" in run(served, checkout, SEGUE_SERVER__PORT="0", **variables)
