"""Whether a world and some artifacts are of one catalogue."""

from __future__ import annotations

import numpy as np

from preprocessing.artifacts import Artifacts
from simulator.errors import SimulatorError
from simulator.worlds import World


def check_same_catalogue(world: World, artifacts: Artifacts) -> None:
    """Return where a row is the same track in both, by the same artist.

    Raises:
        SimulatorError: It is not.
    """
    ids = artifacts.track_ids
    if len(ids) != len(world.catalogue) or any(
        ids[row] != track for row, track in enumerate(world.catalogue.track_ids)
    ):
        raise SimulatorError(
            f"the artifacts hold another catalogue ({len(ids)} tracks) than the world ({len(world.catalogue)}): "
            "preprocess the catalogue that --catalogue names, or for a generated world the one that "
            "'python -m simulator collect' wrote"
        )
    differing = _another_artist(world, artifacts)  # ids alone say little: whoever numbers tracks begins with 0
    if differing is not None:
        theirs = artifacts.artist_names[artifacts.track_artist[differing]]
        ours = world.catalogue.artists[world.catalogue.track_artist[differing]]
        raise SimulatorError(
            f"the artifacts hold another catalogue than the world: in them track {ids[differing]!r} is by {theirs!r}, "
            f"in the world by {ours!r}. Name with --catalogue the file that they were preprocessed from (without it a "
            "world generates its own), or with --artifacts those of this catalogue"
        )


def _another_artist(world: World, artifacts: Artifacts) -> int | None:
    """Return the first row whose artist has another name in the artifacts than in the world; None: there is none."""
    ours, theirs = world.catalogue.track_artist, artifacts.track_artist
    _, first, of = np.unique(ours, return_index=True, return_inverse=True)
    same_name = [
        world.catalogue.artists[mine] == artifacts.artist_names[other]
        for mine, other in zip(ours[first].tolist(), theirs[first].tolist(), strict=True)
    ]
    differing = np.flatnonzero((theirs[first][of] != theirs) | ~np.array(same_name)[of])
    return int(differing[0]) if len(differing) else None
