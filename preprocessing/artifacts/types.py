"""The artifacts as serving sees them: dense rows, memory-mapped, shared by all workers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from preprocessing.artifacts.ids import Ids
from preprocessing.artifacts.manifest import Manifest
from preprocessing.artifacts.ragged import Ragged
from preprocessing.artifacts.texts import Texts


@dataclass(frozen=True, slots=True)
class Artifacts:
    """One loaded version. Track, artist and user rows are dense; ``*_ids`` translate.

    Every list is best first. ``track_artist`` and ``artist_tracks`` are each other's inverse.
    """

    manifest: Manifest
    # the catalogue
    track_ids: Ids
    track_titles: Texts
    artist_names: Texts
    track_artist: NDArray[np.int32]  # (n_tracks,), artist row of each track
    artist_tracks: Ragged  # (n_artists), each artist's tracks, highest appeal first
    # popularity
    popular_tracks: NDArray[np.int32]  # (n_tracks,), all tracks, most listened first
    track_plays: NDArray[np.int64]  # (n_tracks,), playbacks in the log
    track_appeal: NDArray[np.float32]  # (n_tracks,), shrunk mean fraction listened, 0 to 1
    # what is listened together
    track_neighbours: NDArray[np.int32]  # (n_tracks, k), -1 pads
    track_neighbour_scores: NDArray[np.float32]  # (n_tracks, k), shrunk cosine, 0 where padded
    # users' profiles
    user_ids: Ids
    user_first_tracks: Ragged  # what sessions were started with, most often first
    user_favourites: Ragged  # heard to at least the favourite threshold
    user_disliked: Ragged  # heard to at most the dislike threshold
    user_favourite_artists: Ragged
    similar_users: NDArray[np.int32]  # (n_users, k), -1 pads
    similar_user_scores: NDArray[np.float32]  # (n_users, k), cosine, 0 where padded
    user_indexed: Ragged  # the user's own list: what they should like
    # artists by who hears them
    artist_factors: NDArray[np.float32]  # (n_artists, dim), see ``preprocessing.artist_factors``; zeros: nobody
    # groups of users who hear the same
    user_group: NDArray[np.int32]  # (n_users,), -1 where nothing is known of the user
    group_tracks: Ragged  # (n_groups), what each group hears longest
    group_neighbours: NDArray[np.int32]  # (n_tracks, k), tracks that the same groups hear, -1 pads
    # users who are alike in one way, each (n_users, k), -1 pads
    kin_by_liked_tracks: NDArray[np.int32]
    kin_by_disliked_tracks: NDArray[np.int32]
    kin_by_liked_artists: NDArray[np.int32]
    kin_by_disliked_artists: NDArray[np.int32]
    artist_fans: Ragged  # (n_artists), the users who like each artist most
    # what listeners want after what they chose: the taste model, on the scale of a logit
    artist_vectors: NDArray[np.float32]  # (n_artists, dim), those who go together have large inner products
    artist_effect: NDArray[np.float32]  # (n_artists,), intercept included
    artist_kin: NDArray[np.int32]  # (n_artists, k), those that should please most after each, -1 pads
    user_demand: NDArray[np.float32]  # (n_users,), how much more it takes to please the user
    user_sharpness: NDArray[np.float32]  # (n_users,), how sure the user is of what they want

    @property
    def n_tracks(self) -> int:
        """Number of tracks in the catalogue."""
        return len(self.track_artist)

    @property
    def n_artists(self) -> int:
        """Number of artists in the catalogue."""
        return len(self.artist_names)

    @property
    def n_users(self) -> int:
        """Number of users in the log."""
        return len(self.user_ids)
