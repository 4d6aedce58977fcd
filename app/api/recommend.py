"""The two calls that a player makes between two songs, as they are documented.

Only those with a query string come here; the others are answered by `app/hot.py`, which shares all that is decided.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json

from app.api.examples import answer, errors, playback_body, request_id_parameter, user_parameter
from app.api.paths import USER_ID
from app.errors import BodyTooLarge, InvalidRequest, TooManyRequests, UnknownTrack
from app.parse import parse_count, parse_flag
from app.reading import read_report
from app.schemas.recommendation import LastTrack, NextTrack
from app.state import State
from app.trace import explained

router = APIRouter(tags=["Recommend"])
REFUSALS = (UnknownTrack, BodyTooLarge, InvalidRequest, TooManyRequests)
DOCUMENTED = {"requestBody": playback_body(), "parameters": [user_parameter(), request_id_parameter()]}
EXPLAIN = {
    "name": "explain",
    "in": "query",
    "description": "Add `trace`: which strategy answered, what was removed and why, and the penalty.",
    "schema": {"type": "boolean", "default": False},
}
COUNT = {
    "name": "n",
    "in": "query",
    "description": "Add `tracks`: a queue of n distinct tracks whose head is `track`.",
    "schema": {"type": "integer", "minimum": 1},  # its maximum is a setting: app/access/document.py adds it
}


@router.post(
    f"/next/{USER_ID}",
    summary="What next?",
    response_model=NextTrack,
    responses={**answer({"user": 1, "track": 4205}), **errors(*REFUSALS)},
    openapi_extra={**DOCUMENTED, "parameters": [*DOCUMENTED["parameters"], EXPLAIN, COUNT]},
)
async def next_track(request: Request) -> Response:
    """Report the track that has just been heard and how much of it, and get the next one.

    The first call starts a session, and its track is the session's anchor. The answer is never a track that the
    user dislikes or has heard in this session (unless the experiment gives them the control).
    """
    state: State = request.scope["state"]["segue"].state
    query = request.query_params
    queue = "n" in query
    wanted = parse_count(query["n"], state.settings.server.max_queue) if queue else 1
    explain = parse_flag(query.get("explain", "false"), "explain")
    user, playback, request_id = await read_report(request.path_params["user"], request.scope, request.receive, state)
    found = await state.recommender.next_track(user, playback, request_id, wanted, explain=explain)
    reply: dict[str, object] = {"user": user, "track": found.tracks[0]}
    if queue:
        reply["tracks"] = found.tracks
    if explain:
        reply["trace"] = explained(found, state)
    return Response(to_json(reply), media_type="application/json")


@router.post(
    f"/last/{USER_ID}",
    summary="That was the last one",
    response_model=LastTrack,
    responses={**answer({"user": 1}), **errors(*REFUSALS)},
    openapi_extra=DOCUMENTED,
)
async def last_track(request: Request) -> Response:
    """Report the last track of a session and end it; the next /next starts a new one."""
    state: State = request.scope["state"]["segue"].state
    user, playback, request_id = await read_report(request.path_params["user"], request.scope, request.receive, state)
    await state.recommender.last_track(user, playback, request_id)
    return Response(to_json({"user": user}), media_type="application/json")
