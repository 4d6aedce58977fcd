"""The pages of the documentation that are made from the code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.main import create_app
from app.settings import Settings
from strategies.registry import REGISTRY

SITE = Path(__file__).parents[3] / "docs" / "site"


@pytest.fixture(autouse=True)
def on_path(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the pages be imported as the site's configuration imports them."""
    monkeypatch.syspath_prepend(str(SITE))
    yield
    for name in ("settings_page", "http_page"):
        sys.modules.pop(name, None)


def test_every_setting_is_on_its_page() -> None:
    """A key with its bounds, default and reason; an unknown strategy's parameters are not forgotten either."""
    import settings_page

    text = settings_page.page()
    assert "| `port` | whole number, ≥ 0, ≤ 65535 | `5000` | TCP port; 0 takes a free one. |" in text
    for section in Settings.model_fields.keys() - {"chains"}:
        assert f"## [{section}]" in text
    for name in REGISTRY:
        assert f"### {name} (" in text


def test_every_call_is_on_its_page() -> None:
    """A heading per method and path, and an example of the body."""
    import http_page

    text = http_page.page()
    paths = create_app(Settings()).openapi()["paths"]
    assert "/next/{user}" in paths
    for path, calls in paths.items():
        for method in calls:
            assert f"## {method.upper()} {path}" in text
    assert '"time": 0.93' in text
