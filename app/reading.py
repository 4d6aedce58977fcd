"""What a player's report says: who, what was heard, and the request's name; read straight from the wire."""

from __future__ import annotations

from starlette.types import Receive, Scope

from app.errors import BodyTooLarge, CutOff
from app.parse import parse_playback, parse_request_id
from app.request_id import current, given_name
from app.state import State
from strategies.session import Playback, UserId


async def read_report(user_text: str, scope: Scope, receive: Receive, state: State) -> tuple[UserId, Playback, str]:
    """Return the user, their playback, and the request's name.

    Args:
        user_text: From the path.
        scope: The request's.
        receive: Gives its body.
        state: The state of now.

    Raises:
        SegueError: A part of it is not as it must be, or there are too many calls about this user.
    """
    user = state.admit(user_text)
    request_id = parse_request_id(given_name(scope["headers"])) or current()
    body = await read_body(receive, state.settings.server.max_body_bytes)
    return user, parse_playback(body, state.artifacts, state.earlier_tracks), request_id


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the body, without ever holding more than the limit and one chunk.

    Raises:
        BodyTooLarge: It is larger than the limit.
        CutOff: The client is gone.
    """
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CutOff
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            raise BodyTooLarge(f'the body is larger than {limit} bytes; send only {{"track": ..., "time": ...}}')
    return body
