"""Invented names: artists and titles are drawn from these words, and no resemblance is meant."""

from __future__ import annotations

import numpy as np

_FIRST = (
    "Amber", "Atlas", "Birch", "Cedar", "Cobalt", "Copper", "Coral", "Delta", "Dusty", "Echo", "Ember",
    "Fable", "Fern", "Foxglove", "Gentle", "Gravel", "Harbour", "Hazel", "Hollow", "Indigo", "Ivory",
    "Juniper", "Kestrel", "Lantern", "Lunar", "Marble", "Meadow", "Midnight", "Mossy", "Neon",
    "Northern", "Obsidian", "Opal", "Paper", "Pepper", "Polar", "Quiet", "Quartz", "Raven", "River",
    "Saffron", "Scarlet", "Silver", "Solar", "Southern", "Static", "Sugar", "Tandem", "Thistle",
    "Tidal", "Timber", "Topaz", "Umber", "Velvet", "Violet", "Walnut", "Wandering", "Willow", "Winter",
    "Yonder", "Zephyr", "Zinc",
)  # fmt: skip
_SECOND = (
    "Almanac", "Anchors", "Arcade", "Atelier", "Avenue", "Balloons", "Basement", "Bicycles", "Brigade",
    "Canopy", "Caravan", "Cartographers", "Choir", "Circuit", "Club", "Collective", "Compass",
    "Conspiracy", "Courtyard", "Department", "Dialogue", "Dynamo", "Engine", "Exchange", "Expedition",
    "Factory", "Ferry", "Fiction", "Foundry", "Garden", "Giants", "Gospel", "Habit", "Harvest",
    "Holiday", "Hour", "Institute", "Islands", "Kitchen", "Ladder", "Letters", "Library", "Lighthouse",
    "Machine", "Magnets", "Mechanics", "Mirage", "Monument", "Motel", "Museum", "Notebook",
    "Observatory", "Orchard", "Orchestra", "Parade", "Parlour", "Pilots", "Planetarium", "Postcards",
    "Quartet", "Radio", "Railway", "Reunion", "Sailors", "Satellites", "Society", "Sparrows", "Station",
    "Telegraph", "Theatre", "Trio", "Union", "Veranda", "Voyage", "Weather", "Workshop",
)  # fmt: skip
_HOW = (
    "Almost", "Another", "Before the", "Beneath the", "Beyond the", "Every", "Farewell to the",
    "Half a", "Into the", "Last", "Letter to a", "Like a", "Long", "My", "No More", "One Final", "Our",
    "Over the", "Return of the", "Slow", "Song for a", "That", "The", "This", "Through the",
    "Under the", "Waiting for a", "Without a", "Your",
)  # fmt: skip
_WHAT = (
    "Afternoon", "Alibi", "Answer", "Bridge", "Candle", "Ceiling", "Clockwork", "Corner", "Dance",
    "Daydream", "Distance", "Doorway", "Driftwood", "Evening", "Fever", "Firefly", "Footprint",
    "Forecast", "Ghost", "Goodbye", "Gravity", "Horizon", "Invitation", "Journey", "Lullaby", "Map",
    "Memory", "Mirror", "Morning", "Mountain", "Night", "Ocean", "Pattern", "Promise", "Question",
    "Rain", "Reason", "Rumour", "Secret", "Shadow", "Shoreline", "Signal", "Silence", "Skyline",
    "Snowfall", "Stranger", "Street", "Summer", "Sunrise", "Tide", "Tomorrow", "Wave", "Whisper",
    "Window", "Yesterday",
)  # fmt: skip


def artist_names(n: int, rng: np.random.Generator) -> list[str]:
    """Return n distinct names of artists; past the words' combinations they are numbered."""
    pairs = [f"{first} {second}" for first in _FIRST for second in _SECOND]
    rng.shuffle(pairs)
    return [pairs[i % len(pairs)] + (f" {i // len(pairs) + 1}" if i >= len(pairs) else "") for i in range(n)]


def titles(n: int, rng: np.random.Generator) -> list[str]:
    """Return n titles; some are equal, as among real tracks."""
    how, what = rng.integers(0, len(_HOW), n), rng.integers(0, len(_WHAT), n)
    return [f"{_HOW[i]} {_WHAT[j]}" for i, j in zip(how, what, strict=True)]
