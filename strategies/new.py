"""A new strategy that runs: its module, its line in the registry, a chain in the settings, and its test."""

from __future__ import annotations

import ast
import keyword
import re
import tomllib
from collections.abc import Container
from pathlib import Path

from strategies.errors import ConfigurationError
from strategies.registry import REGISTRY

MODULE = '''"""{title}: what people listen to together with the track just heard."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from strategies.base import Query, Role, Slate, StrategyConfig


class {cls}Config(StrategyConfig):
    """Parameters of *{name}*."""

    least: float = Field(0.5, ge=0, le=1, description="Heard to less than this, a track suggests nothing.")


class {cls}:
    """Propose what is listened together with the track just heard, closest first, where it was liked."""

    name: ClassVar[str] = "{name}"
    role: ClassVar[Role] = "source"
    Config: ClassVar[type[StrategyConfig]] = {cls}Config

    def __init__(self, config: {cls}Config) -> None:
        self._least = config.least

    def __call__(self, query: Query, slate: Slate) -> Slate:
        """Return the slate with the neighbours of the track just heard at its end."""
        if not query.tracks or query.times[-1] < self._least:
            return slate
        neighbours = query.artifacts.track_neighbours[query.tracks[-1]]
        return slate.followed_by(neighbours[neighbours >= 0].tolist(), self.name)
'''

TEST = '''"""{title} (the catalogue: see tests/tiny.py)."""

from __future__ import annotations

from pathlib import Path

{imports}
from tests.tiny import query, tiny_artifacts


def test_neighbours_of_what_was_liked(tmp_path: Path) -> None:
    """Track 0 is listened together with 4, 8 and 1; heard to less than a half it suggests nothing."""
    artifacts = tiny_artifacts(tmp_path)
    propose = {cls}({cls}Config())
    assert propose(query(artifacts, [(0, 0.5)]), Slate([], [])) == Slate.of([4, 8, 1], "{name}")
    assert propose(query(artifacts, [(0, 0.4)]), Slate([], [])) == Slate([], [])
'''

SETTINGS = """
[[chains.{name}]]
use = "{name}"

[[chains.{name}]]
use = "dislike_filter"

[[chains.{name}]]
use = "contextual_fallback"
"""


def create(name: str, root: Path) -> list[Path]:
    """Write a new strategy into a checkout, and return the files written or changed.

    Args:
        name: Of the strategy, its module and its chain, e.g. ``my_idea``.
        root: Of the checkout.

    Raises:
        ConfigurationError: The name cannot be used or is taken, the settings cannot be read, or this is no checkout.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise ConfigurationError(f"'{name}' cannot name a strategy: write small letters, digits and _, e.g. my_idea")
    module, test = root / f"strategies/{name}.py", root / f"tests/unit/strategies/test_{name}.py"
    registry, settings = root / "strategies/registry.py", root / "settings.toml"
    for needed in (registry, settings, test.parent):
        if not needed.exists():
            raise ConfigurationError(f"{root} is no checkout of Segue: it has no {needed.relative_to(root)}")
    for taken in (module, test):
        if taken.exists():
            raise ConfigurationError(f"{taken} exists already; choose another name")
    if name in _chains(settings):
        raise ConfigurationError(f"{settings} has a chain '{name}' already; choose another name")
    if name in REGISTRY:
        raise ConfigurationError(f"there is a strategy '{name}' already; choose another name")
    cls = name.title().replace("_", "")
    imports = sorted(["from strategies.base import Slate", f"from strategies.{name} import {cls}, {cls}Config"])
    words = {"name": name, "title": name.replace("_", " ").capitalize(), "cls": cls, "imports": "\n".join(imports)}
    modules = {
        registry: _registered(registry.read_text(encoding="utf-8"), **words),
        module: MODULE.format(**words),
        test: TEST.format(**words),
    }
    # The runner of the tests takes a class Test... for a test.
    if keyword.iskeyword(cls) or cls.startswith("Test") or any(map(_binds_twice, modules.values())):
        raise ConfigurationError(
            f"'{name}' cannot name a strategy: its class would be {cls}, which means something else to Python, to the "
            "tests or in the code around it; choose another name"
        )
    _append(settings, SETTINGS.format(**words))
    for file, text in modules.items():
        file.write_text(text, encoding="utf-8")
    return [module, registry, settings, test]


def _chains(settings: Path) -> Container[str]:
    """Return the names of the chains in a file of settings."""
    try:
        chains: Container[str] = tomllib.loads(settings.read_text(encoding="utf-8")).get("chains", {})
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{settings} cannot be read: {error}") from error
    return chains


def _binds_twice(module: str) -> bool:
    """Return whether two imports or classes of a module's text share a name."""
    names: list[str] = []
    for node in ast.parse(module).body:
        if isinstance(node, ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names += [alias.asname or alias.name for alias in node.names]
    return len(set(names)) < len(names)


def _append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as end:
        end.write(text)


def _registered(text: str, name: str, cls: str, **_: str) -> str:
    """Return the registry with one import more, in the order of the others, and one entry more."""
    lines = text.splitlines(keepends=True)
    added = f"from strategies.{name} import {cls}\n"
    imports = [place for place, line in enumerate(lines) if line.startswith("from strategies.")]
    before = next((place for place in imports if lines[place] > added), imports[-1] + 1)
    lines.insert(before, added)
    end = lines.index("    )\n")
    lines.insert(end, f"        {cls},\n")
    return "".join(lines)
