"""The page has a sentence for whatever proposes a track."""

from __future__ import annotations

import re

import pytest

from strategies.chain import LAST_RESORT
from strategies.registry import REGISTRY
from tests.service import ROOT

ARRANGE = {"dislike_filter", "interleaving", "novelty"}  # what others proposed


@pytest.mark.parametrize("strategy", sorted({*REGISTRY, LAST_RESORT} - ARRANGE))
def test_each_strategy_is_explained(strategy: str) -> None:
    """No strategy of Segue's own is answered for by its bare name."""
    page = ROOT / "app/page"
    by = (page / "strings.js").read_text().split("    by: {", 1)[1].split("    },", 1)[0]
    explained = set(re.findall(r"^ +(\w+): \(", by, re.MULTILINE))
    explained |= set(re.findall(r'if \(strategy === "(\w+)"\) \{', (page / "why.js").read_text()))
    assert "other" in explained
    assert strategy in explained
