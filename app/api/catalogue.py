"""What the catalogue holds."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.dependencies import StateDep, TrackDep
from app.api.examples import errors
from app.api.paths import TRACK_ID
from app.errors import InvalidRequest, UnknownTrack
from app.schemas import Track

router = APIRouter(tags=["Catalogue"])


@router.get(f"/track/{TRACK_ID}", summary="Who made this track?", responses=errors(UnknownTrack, InvalidRequest))
async def track(track: TrackDep, state: StateDep) -> Track:
    """Return a track's artist and title."""
    artifacts = state.artifacts
    row = artifacts.track_ids.find(track)
    assert row is not None  # noqa: S101 - parse_track answers 404 otherwise
    artist = artifacts.artist_names[int(artifacts.track_artist[row])]
    return Track(track=track, artist=artist, title=artifacts.track_titles[row])
