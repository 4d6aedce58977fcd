"""Worlds: catalogues, what they sound like, and who listens."""

from simulator.worlds.catalogue import Catalogue
from simulator.worlds.listeners import Listeners
from simulator.worlds.presets import WORLDS, find_world
from simulator.worlds.world import World, make_world

__all__ = ["WORLDS", "Catalogue", "Listeners", "World", "find_world", "make_world"]
