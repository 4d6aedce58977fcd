"""Typed, versioned artifacts: written at once, mapped read-only, validated by name."""

from preprocessing.artifacts.errors import ArtifactError
from preprocessing.artifacts.ids import Ids, IntegerIds, TextIds
from preprocessing.artifacts.layout import LAYOUT
from preprocessing.artifacts.load import load
from preprocessing.artifacts.lock import only_writer
from preprocessing.artifacts.manifest import FORMAT_VERSION, Counts, Manifest, TasteNumbers
from preprocessing.artifacts.ragged import Ragged
from preprocessing.artifacts.texts import Texts
from preprocessing.artifacts.types import Artifacts
from preprocessing.artifacts.versions import versions
from preprocessing.artifacts.write import Column, Draft, publish, remove_old, switch, write

__all__ = [
    "FORMAT_VERSION",
    "LAYOUT",
    "ArtifactError",
    "Artifacts",
    "Column",
    "Counts",
    "Draft",
    "Ids",
    "IntegerIds",
    "Manifest",
    "Ragged",
    "TasteNumbers",
    "TextIds",
    "Texts",
    "load",
    "only_writer",
    "publish",
    "remove_old",
    "switch",
    "versions",
    "write",
]
