"""The OpenAPI document of an application that is set up one way or another."""

from __future__ import annotations

import pytest

from app.main import create_app
from app.settings import Settings


@pytest.mark.parametrize("most", [1, 100, 1000])
def test_the_document_states_the_longest_queue(most: int) -> None:
    """The maximum of ``n`` is what the settings say."""
    document = create_app(Settings.model_validate({"server": {"max_queue": most}})).openapi()
    (count,) = [one for one in document["paths"]["/next/{user}"]["post"]["parameters"] if one["name"] == "n"]
    assert count["schema"] == {"type": "integer", "minimum": 1, "maximum": most}
