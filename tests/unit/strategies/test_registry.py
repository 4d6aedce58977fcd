"""A wrong name in a chain stops the start, and says which and what was meant."""

from __future__ import annotations

import pytest

from strategies.errors import ConfigurationError
from strategies.popular import Popular
from strategies.registry import build_chain


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ({"use": "stiky_artist"}, ["stiky_artist", "chain 'mine'", "'sticky_artist'"]),
        ({"use": "sticky_artist", "ancor": "first"}, ["ancor", "sticky_artist", "'anchor'"]),
        ({"use": "sticky_artist", "anchor": "last"}, ["anchor", "'first' or 'previous'", "'last'"]),
        ({"use": "popular", "limit": 0}, ["limit", "popular", "greater than or equal to 1"]),
        ({"anchor": "first"}, ["no name", "chain 'mine'"]),
        ({"use": "nowhere.at_all:Mine"}, ["nowhere.at_all:Mine", "cannot be imported"]),
        ({"use": "strategies.popular:Mine"}, ["strategies.popular:Mine", "cannot be imported"]),
        ({"use": ":Mine"}, ["':Mine'", "chain 'mine'", "package.module:Class"]),
        ({"use": ".popular:Popular"}, ["'.popular:Popular'", "package.module:Class"]),
        ({"use": "strategies.popular:"}, ["'strategies.popular:'", "package.module:Class"]),
        ({"use": "os:path"}, ["'os:path' in chain 'mine' is not a strategy", "a role, a Config"]),
        ({"use": "json:loads"}, ["'json:loads'", "is not a strategy"]),
        ({"use": "strategies.base:Slate"}, ["'strategies.base:Slate'", "is not a strategy"]),
        ({"use": "strategies.base:Strategy"}, ["'strategies.base:Strategy'", "is not a strategy"]),
        ({"use": "strategies.popular:PopularConfig"}, ["'strategies.popular:PopularConfig'", "is not a strategy"]),
    ],
)
def test_names_what_is_wrong(stage: dict[str, object], words: list[str]) -> None:
    """The error names the wrong word, the place, and the nearest valid name."""
    with pytest.raises(ConfigurationError) as raised:
        build_chain("mine", [stage])
    assert all(word in str(raised.value) for word in words), str(raised.value)


def test_an_empty_chain_is_an_error() -> None:
    """A chain without a strategy is refused."""
    with pytest.raises(ConfigurationError, match="no strategy"):
        build_chain("mine", [])


def test_a_strategy_of_another_package() -> None:
    """A strategy is found by its import path, module:Class."""
    (strategy,) = build_chain("mine", [{"use": "strategies.popular:Popular", "limit": 3}]).strategies
    assert isinstance(strategy, Popular)
