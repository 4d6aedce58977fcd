"""Arrows between the packages point one way; read from the source, so that no import is needed to see them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service import ROOT

BELOW_ALL = "cli.ending"
OWN = {"app", "cli", "strategies", "preprocessing", "experiments", "simulator", "benchmarks", "tests"}
ALLOWED = {
    "app": {"strategies", "experiments", "preprocessing.artifacts"},
    "cli": set(),
    "strategies": {"preprocessing.artifacts"},
    "preprocessing": set(),
    "experiments": {
        "app.settings",
        "app.routing",
        "strategies",
        "preprocessing.artifacts",
        "preprocessing.errors",
        "preprocessing.sources",
        "preprocessing.tombstones",
    },
}


def imported(file: Path) -> set[str]:
    """Return the modules of the project that a file imports, outside its own package."""
    package = file.relative_to(ROOT).parts[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(), str(file))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} has a relative import"
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    below = {module for module in found if f"{module}.".startswith(f"{BELOW_ALL}.")}
    return {module for module in found - below if module.split(".")[0] in OWN - {package}}


@pytest.mark.parametrize("package", ALLOWED)
def test_arrows_point_one_way(package: str) -> None:
    """A package imports only those below it; of the preprocessing only what others share."""
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    for file in files:
        for module in imported(file):
            within = any(f"{module}.".startswith(f"{allowed}.") for allowed in ALLOWED[package])
            assert within, f"{file.relative_to(ROOT)} imports {module}"


def test_the_simulator_is_out_of_reach() -> None:
    """Nothing that recommends can reach the simulator, whose listeners' parameters it must not see."""
    reached, waiting = set(), {"app", "strategies"}
    while waiting:
        package = waiting.pop()
        reached.add(package)
        modules = {module for file in (ROOT / package).rglob("*.py") for module in imported(file)}
        waiting |= {module.split(".")[0] for module in modules} - reached
    assert reached == {"app", "strategies", "experiments", "preprocessing"}


def test_the_service_does_without_scipy() -> None:
    """What answers listeners imports NumPy alone: SciPy is a fifth of a start, and much of a worker's memory."""
    script = "import sys, app.main; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
