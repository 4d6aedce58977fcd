"""What each column of the artifacts is made of; every engine gathers its findings here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from numpy.typing import NDArray

from preprocessing import popularity
from preprocessing.artifacts import Column, Ids, Ragged
from preprocessing.catalogue import Catalogue
from preprocessing.partners import Partners
from preprocessing.ragged import to_ragged


def columns_of(
    catalogue: Catalogue,
    tracks: pl.DataFrame,
    *,
    artist_tracks: Ragged,
    neighbours: Partners,
    user_ids: Ids,
    profiles: Mapping[str, Ragged],
    similar: Partners,
    kin: Mapping[str, NDArray[Any]],
    fans: pl.DataFrame,
    indexed: Ragged,
) -> dict[str, Column]:
    """Return the columns by name, see ``artifacts.layout``, but for what is made of all events, see ``all_events``.

    Args:
        catalogue: Of the tracks.
        tracks: With their popularity, see ``popularity.of_catalogue``.
        artist_tracks: Each artist's tracks, see ``popularity.by_artist``.
        neighbours: Of each track.
        user_ids: In the order of the users' rows.
        profiles: By name: what each user opened with, likes and dislikes.
        similar: To each user.
        kin: By name: who is like each user in one way.
        fans: See ``profiles.fans``.
        indexed: Each user's own list.
    """
    return {
        "track_ids": catalogue.ids,
        "track_titles": catalogue.titles,
        "artist_names": catalogue.artist_names,
        "track_artist": catalogue.track_artist,
        "artist_tracks": artist_tracks,
        "popular_tracks": popularity.most_listened(tracks.lazy()).collect()["track_idx"].to_numpy(),
        "track_plays": tracks["plays"].to_numpy(),
        "track_appeal": tracks["appeal"].to_numpy(),
        "track_neighbours": neighbours.indices,
        "track_neighbour_scores": neighbours.scores,
        "user_ids": user_ids,
        **profiles,
        "similar_users": similar.indices,
        "similar_user_scores": similar.scores,
        "user_indexed": indexed,
        **kin,
        "artist_fans": to_ragged(fans.select("artist_idx", "user_idx"), catalogue.n_artists),
    }
