"""What is installed is what is pinned."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from tests.service import ROOT


def required(by: Distribution, extras: set[str]) -> Iterator[Requirement]:
    """Yield what a package needs here, with some extras."""
    for text in by.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            yield requirement


def needed() -> dict[NormalizedName, str]:
    """Return the installed version of everything that Segue needs, whatever needs it, with all extras."""
    segue = distribution("segue")
    found: dict[NormalizedName, str] = {}
    waiting = list(required(segue, set(segue.metadata.get_all("provides-extra") or ())))
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, frozenset(requirement.extras)) in seen:
            continue
        seen.add((name, frozenset(requirement.extras)))
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # of an extra that is not installed
        found[name] = package.version
        waiting += required(package, requirement.extras)
    return found


def test_everything_is_pinned() -> None:
    """Each package that Segue needs, and each that those need, is in constraints.txt in the version that is here."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    pins = {canonicalize_name(pin.name): str(pin.specifier) for pin in map(Requirement, lines)}
    found = needed()
    assert len(found) > 50
    assert {name: pins.get(name) for name in found} == {name: f"=={version}" for name, version in found.items()}
