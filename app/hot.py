"""The two calls that a player makes between two songs, answered before the framework sees them.

Most go a shorter way still (`app/short_way.py`); here come those that are traced, counted or asked by pages of other
sites, and those that the short way leaves. What it costs here is paid for every song too. So nothing in this file may

- ask for what the framework makes of a request: its ``Request``, a dependency, a route, a ``Response`` for an answer;
- build what could be built once, or validate what it made itself;
- wait for anything but the body, the session store and the log.

A call with a query string is not that common: the documented routes of `app/api/recommend.py` answer it, and share all
that is decided here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pydantic_core import to_json
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.recommend import last_track, next_track
from app.errors import SegueError
from app.reading import read_report
from app.state import State

JSON = (b"content-type", b"application/json")


class HotPath:
    """An ASGI middleware; it stands innermost, so that whatever guards or counts other calls does so with these.

    Args:
        app: What answers all other calls.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a hot call, or hand any other on."""
        answer = _hot_answer(scope)
        if answer is None:
            await self._app(scope, receive, send)
            return
        try:
            body = await answer(scope["path"][6:], scope, receive)
        except SegueError as error:
            await error.response()(scope, receive, send)
        else:
            await _send_json(body, send)


async def _send_json(body: bytes, send: Send) -> None:
    headers = [JSON, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _hot_answer(scope: Scope) -> Callable[[str, Scope, Receive], Awaitable[bytes]] | None:
    """Return what answers a hot call, and note for the metrics which one it is; None: it is another call."""
    if scope["type"] != "http" or scope["method"] != "POST" or scope["query_string"]:
        return None
    path: str = scope["path"]
    if len(path) <= 6:  # as long as what stands before the user
        return None
    if path.startswith("/next/"):
        scope["endpoint"] = next_track
        return _next
    if path.startswith("/last/"):
        scope["endpoint"] = last_track
        return _last
    return None


async def _next(user_text: str, scope: Scope, receive: Receive) -> bytes:
    state: State = scope["state"]["segue"].state
    user, playback, request = await read_report(user_text, scope, receive, state)
    found = await state.recommender.next_track(user, playback, request)
    return to_json({"user": user, "track": found.tracks[0]})


async def _last(user_text: str, scope: Scope, receive: Receive) -> bytes:
    state: State = scope["state"]["segue"].state
    user, playback, request = await read_report(user_text, scope, receive, state)
    await state.recommender.last_track(user, playback, request)
    return to_json({"user": user})
