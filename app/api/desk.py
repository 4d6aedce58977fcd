"""What the pages of those who improve Segue show: the report on the log so far, and the leaderboard."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.api.dependencies import StateDep
from app.api.examples import errors
from app.errors import NoLeaderboard
from app.judge import LiveReport

router = APIRouter(tags=["Introspect"])
LEADERBOARD = Path("docs/leaderboard.json")


class StandingOut(BaseModel):
    """A chain in a world."""

    name: str
    time: float = Field(description="Mean listening time per session (tracks).")
    effect_percent: float | None = Field(description="On it, over the control; null: the control itself.")
    lower_percent: float | None = Field(description="Of the 95 % interval of the effect.")
    upper_percent: float | None
    tracks: float = Field(description="Per session.")
    skipped: float = Field(description="Share of the tracks.")
    coverage: float = Field(description="Share of the catalogue that was recommended at least once.")


class LeaderboardOut(BaseModel):
    """Every chain in every world, the best first."""

    command: str = Field(description="That made it.")
    worlds: dict[str, list[StandingOut]]


@router.get("/experiments/report", summary="What does the log say about the experiments?")
async def report(state: StateDep) -> LiveReport:
    """Return the comparison of every treatment with its control, over the playback log so far.

    It is made in a process of its own and kept for a minute: `python -m experiments report` on the log's folder.
    Where the log cannot be judged, `reason` says why.
    """
    return await state.judge.report()


@router.get("/leaderboard", summary="Which chain keeps listeners longest?", responses=errors(NoLeaderboard))
def leaderboard() -> LeaderboardOut:
    """Return the leaderboard as `make leaderboard` left it."""
    try:
        return LeaderboardOut.model_validate_json(LEADERBOARD.read_bytes())
    except OSError as error:
        raise NoLeaderboard from error
