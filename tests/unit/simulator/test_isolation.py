"""Who may know of the simulator, and of what it may know."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def imported(package: str) -> set[str]:
    """Return the names of the modules that a package imports, in full."""
    names: set[str] = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
    return names


def test_nothing_that_recommends_can_reach_the_listeners() -> None:
    """Neither the service nor strategies, preprocessing or experiments import the simulator."""
    for package in ("app", "strategies", "preprocessing", "experiments"):
        assert "simulator" not in {name.split(".")[0] for name in imported(package)}


def test_a_running_recommender_holds_no_simulator() -> None:
    """Strategies, artifacts and the service load without a module of the simulator coming with them."""
    load = "import sys, strategies.registry, strategies.hydrate, preprocessing.artifacts, app.main; "
    check = "sys.exit(any(name.split('.')[0] == 'simulator' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", load + check], cwd=ROOT, check=False).returncode == 0


def test_the_simulator_knows_the_configuration_of_the_service_only() -> None:
    """Of ``app`` the simulator imports settings and routing, so that a run is served as settings.toml says."""
    assert {name for name in imported("simulator") if name.split(".")[0] == "app"} <= {"app.settings", "app.routing"}


def test_the_simulator_reads_artifacts_and_makes_none() -> None:
    """Of ``preprocessing`` it imports the loaded types; it preprocesses as an operator does, by the command."""
    assert {name for name in imported("simulator") if name.split(".")[0] == "preprocessing"} == {
        "preprocessing.artifacts"
    }
