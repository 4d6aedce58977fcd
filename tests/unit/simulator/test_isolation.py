"""Who may know of the simulator."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[3]


def imported(package: str) -> set[str]:
    """Return the top-level names that a package's modules import."""
    names: set[str] = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    return names


def test_nothing_that_recommends_can_reach_the_listeners() -> None:
    """Neither the service nor strategies, preprocessing or experiments import the simulator."""
    for package in ("app", "strategies", "preprocessing", "experiments"):
        assert "simulator" not in imported(package)


def test_the_simulator_does_not_know_the_service() -> None:
    """The simulator imports nothing of ``app``: it meets the service over HTTP only."""
    assert "app" not in imported("simulator")
