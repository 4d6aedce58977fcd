"""The layout of an artifact version: every array, its type, its length and what its values point into.

A new artifact is one line in ``LAYOUT`` and one field of ``Artifacts``; writing, loading and validating
follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Dimension = Literal["tracks", "artists", "users", "groups"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One artifact: an array with one row per member of a dimension."""

    kind: Literal["array", "ragged", "texts", "ids"]
    rows: Dimension
    dtype: str = "int32"
    columns: int | None = None  # a second axis of that length; 0: any length
    into: Dimension | None = None  # values are rows of this dimension
    padded: bool = False  # -1 stands where a list is shorter


LAYOUT: dict[str, Entry] = {
    # the catalogue
    "track_ids": Entry("ids", "tracks"),
    "track_titles": Entry("texts", "tracks"),
    "artist_names": Entry("texts", "artists"),
    "track_artist": Entry("array", "tracks", into="artists"),
    "artist_tracks": Entry("ragged", "artists", into="tracks"),
    # popularity
    "popular_tracks": Entry("array", "tracks", into="tracks"),
    "track_plays": Entry("array", "tracks", dtype="int64"),
    "track_appeal": Entry("array", "tracks", dtype="float32"),
    # what is listened together
    "track_neighbours": Entry("array", "tracks", columns=0, into="tracks", padded=True),
    "track_neighbour_scores": Entry("array", "tracks", dtype="float32", columns=0),
    # users' profiles
    "user_ids": Entry("ids", "users"),
    "user_first_tracks": Entry("ragged", "users", into="tracks"),
    "user_favourites": Entry("ragged", "users", into="tracks"),
    "user_disliked": Entry("ragged", "users", into="tracks"),
    "user_favourite_artists": Entry("ragged", "users", into="artists"),
    "similar_users": Entry("array", "users", columns=0, into="users", padded=True),
    "similar_user_scores": Entry("array", "users", dtype="float32", columns=0),
    "user_indexed": Entry("ragged", "users", into="tracks"),
    # artists by who hears them
    "artist_factors": Entry("array", "artists", dtype="float32", columns=0),
    # groups of users
    "user_group": Entry("array", "users", into="groups", padded=True),
    "group_tracks": Entry("ragged", "groups", into="tracks"),
    "group_neighbours": Entry("array", "tracks", columns=0, into="tracks", padded=True),
    # users who are alike in one way
    "kin_by_liked_tracks": Entry("array", "users", columns=0, into="users", padded=True),
    "kin_by_disliked_tracks": Entry("array", "users", columns=0, into="users", padded=True),
    "kin_by_liked_artists": Entry("array", "users", columns=0, into="users", padded=True),
    "kin_by_disliked_artists": Entry("array", "users", columns=0, into="users", padded=True),
    "artist_fans": Entry("ragged", "artists", into="users"),
    # what listeners want after what they chose
    "artist_vectors": Entry("array", "artists", dtype="float32", columns=0),
    "artist_effect": Entry("array", "artists", dtype="float32"),
    "artist_kin": Entry("array", "artists", columns=0, into="artists", padded=True),
    "user_demand": Entry("array", "users", dtype="float32"),
    "user_sharpness": Entry("array", "users", dtype="float32"),
}


def files_of(name: str, entry: Entry, id_types: Mapping[str, str]) -> dict[str, str]:
    """Return an artifact's file names with their dtypes, e.g. ``track_titles.offsets.npy``: int64."""
    kind = entry.kind
    if kind == "ids":
        kind = "texts" if id_types[name] == "string" else "array"
        if kind == "array":
            return {f"{name}.npy": "int64"}
    if kind == "array":
        return {f"{name}.npy": entry.dtype}
    values = "buffer" if kind == "texts" else "values"
    return {
        f"{name}.offsets.npy": "int64",
        f"{name}.{values}.npy": "uint8" if kind == "texts" else entry.dtype,
    }
