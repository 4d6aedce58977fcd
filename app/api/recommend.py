"""The two calls that a player makes between two songs: the hot path.

What a request costs here is paid for every song. So these two read the request themselves, without dependencies,
without a model for the answer, without an object that could be built once; and plain routes stand before the
documented ones and take the calls, because a FastAPI route costs as much again as all that Segue does.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json
from starlette.routing import Route

from app.api.examples import answer, errors, playback_body, request_id_parameter, user_parameter
from app.api.paths import USER_ID
from app.errors import BodyTooLarge, InvalidRequest, TooManyRequests, UnknownTrack
from app.parse import parse_count, parse_flag, parse_playback, parse_request_id, read_body
from app.request_id import current
from app.schemas import LastTrack, NextTrack
from app.state import State
from app.trace import explained

router = APIRouter(tags=["Recommend"])


def hot_routes() -> list[Route]:
    """Return the routes that answer; the router of this module describes the same ones to OpenAPI."""
    return [
        Route(f"/next/{USER_ID}", next_track, methods=["POST"]),
        Route(f"/last/{USER_ID}", last_track, methods=["POST"]),
    ]


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
    "schema": {"type": "integer", "minimum": 1, "maximum": 100},
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
    server = state.settings.server
    user = state.admit(request.scope["path_params"]["user"])
    wanted, explain, queue = 1, False, False
    if request.scope["query_string"]:
        query = request.query_params
        if queue := "n" in query:
            wanted = parse_count(query["n"], server.max_queue)
        explain = parse_flag(query.get("explain", "false"), "explain")
    request_id = parse_request_id(request.headers.get("x-request-id")) or current()
    body = await read_body(request, server.max_body_bytes)
    playback = parse_playback(body, state.artifacts, state.earlier_tracks)
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
    user = state.admit(request.scope["path_params"]["user"])
    request_id = parse_request_id(request.headers.get("x-request-id")) or current()
    playback = parse_playback(
        await read_body(request, state.settings.server.max_body_bytes), state.artifacts, state.earlier_tracks
    )
    await state.recommender.last_track(user, playback, request_id)
    return Response(to_json({"user": user}), media_type="application/json")
