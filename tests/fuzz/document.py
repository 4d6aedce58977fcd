"""The OpenAPI document, told what the served catalogue is, so that what it calls valid must be accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SIXTY_FOUR_BITS = {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
A_FEW_USERS = {"type": "integer", "minimum": 1, "maximum": 9}


def narrowed(document: dict[str, Any], tracks: Sequence[int]) -> dict[str, Any]:
    """Return the document for a catalogue of integer ids; without the examples that are there to be refused.

    The document itself speaks of ids of either kind, because it does not know the catalogue.

    Args:
        document: As it is served; it is changed.
        tracks: Of the catalogue; half of all playbacks are of one of these.
    """
    ids = {"user": [A_FEW_USERS, SIXTY_FOUR_BITS], "track": [{"enum": list(tracks)}, SIXTY_FOUR_BITS]}
    for operation in (operation for methods in document["paths"].values() for operation in methods.values()):
        for parameter in operation.get("parameters", ()):
            if parameter["name"] in ids:
                parameter["schema"] = {"anyOf": ids[parameter["name"]]}
            _drop_refused(parameter)
        for body in operation.get("requestBody", {}).get("content", {}).values():
            body["schema"]["properties"]["track"] = {"anyOf": ids["track"]}
            _drop_refused(body)
    return document


def _drop_refused(described: dict[str, Any]) -> None:
    examples = described.get("examples", {})
    described["examples"] = {
        name: example for name, example in examples.items() if not example["summary"].startswith("422")
    }
