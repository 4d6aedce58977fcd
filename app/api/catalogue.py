"""What the catalogue holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.dependencies import StateDep, TrackDep
from app.api.examples import errors
from app.api.paths import TRACK_ID
from app.errors import InvalidRequest, UnknownTrack
from app.schemas.catalogue import Found, NeighbourOut, Track, TrackDetail
from preprocessing.artifacts import Artifacts

router = APIRouter(tags=["Catalogue"])
LISTED = 20  # neighbours and tracks by the same artist


@router.get(f"/track/{TRACK_ID}", summary="Who made this track?", responses=errors(UnknownTrack, InvalidRequest))
async def track(track: TrackDep, state: StateDep) -> Track:
    """Return a track's artist and title."""
    return _track(state.artifacts, _row(state.artifacts, track))


@router.get("/search", summary="Which tracks are called so?", responses=errors(InvalidRequest))
def search(
    state: StateDep,
    q: Annotated[str, Query(max_length=200, description="Words or parts of words, of artist and title.")] = "",
    limit: Annotated[int, Query(ge=1, le=100, description="Tracks at most.")] = 20,
) -> Found:
    """Return the tracks whose artist and title hold every word, the best match first, then the most listened.

    Case, accents and punctuation do not matter. Nothing finds the most listened tracks.
    """
    rows = state.search.find(state.artifacts, q, limit)
    return Found(tracks=[_track(state.artifacts, row) for row in rows])


@router.get(
    f"/catalogue/{TRACK_ID}", summary="How is this track listened to?", responses=errors(UnknownTrack, InvalidRequest)
)
async def detail(track: TrackDep, state: StateDep) -> TrackDetail:
    """Return what the log knows of a track: its playbacks, its appeal, its neighbours, and its artist's tracks."""
    artifacts = state.artifacts
    row = _row(artifacts, track)
    neighbours = zip(
        artifacts.track_neighbours[row, :LISTED].tolist(),
        artifacts.track_neighbour_scores[row, :LISTED].tolist(),
        strict=True,
    )
    same_artist = artifacts.artist_tracks.row(int(artifacts.track_artist[row]))
    return TrackDetail(
        **_track(artifacts, row).model_dump(),
        plays=int(artifacts.track_plays[row]),
        appeal=float(artifacts.track_appeal[row]),
        neighbours=[
            NeighbourOut(**_track(artifacts, other).model_dump(), score=score)
            for other, score in neighbours
            if other >= 0
        ],
        artist_tracks=[_track(artifacts, other) for other in same_artist[:LISTED]],
        artist_track_count=len(same_artist),
    )


def _row(artifacts: Artifacts, track: int | str) -> int:
    row = artifacts.track_ids.find(track)
    assert row is not None  # noqa: S101 - parse_track answers 404 otherwise
    return row


def _track(artifacts: Artifacts, row: int) -> Track:
    artist = artifacts.artist_names[int(artifacts.track_artist[row])]
    return Track(track=artifacts.track_ids[row], artist=artist, title=artifacts.track_titles[row])
