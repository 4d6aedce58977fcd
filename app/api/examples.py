"""What the docs page offers to try: examples that answer against the sample, and errors as they are answered."""

from __future__ import annotations

from typing import Any

from fastapi.openapi.models import Example

from app.errors import SegueError
from app.schemas.playback import PlaybackIn

USERS: dict[str, Example] = {
    "in the sample": {"summary": "A user of the sample, whom the experiment gives the chain 'segue'", "value": "1"},
    "in the control": {"summary": "A user of the sample, whom the experiment gives the control", "value": "7"},
    "new": {"summary": "A user whom the log does not know: served all the same", "value": "123456"},
    "no id": {"summary": "422: the sample's users are whole numbers", "value": "somebody"},
}
TRACKS: dict[str, Example] = {
    "in the sample": {"summary": "A track of the sample", "value": "10"},
    "unknown": {"summary": "404: the sample does not hold it", "value": "999999"},
    "no id": {"summary": "422: the sample's tracks are whole numbers", "value": "something"},
}
USER_DESCRIPTION = "The listener: an id of the log's type, known to it or not."


def user_parameter() -> dict[str, Any]:
    """Return the OpenAPI object of the user in a path."""
    return {
        "name": "user",
        "in": "path",
        "required": True,
        "description": USER_DESCRIPTION,
        "schema": {"type": "string", "minLength": 1, "maxLength": 256},
        "examples": USERS,
    }


def request_id_parameter() -> dict[str, Any]:
    """Return the OpenAPI object of the header that makes a request safe to send again."""
    return {
        "name": "X-Request-ID",
        "in": "header",
        "required": False,
        "description": "Your name for this request, different from all others. Send it again under the same name when "
        "you are not sure that it arrived: the playback is counted once, and the answer is the same. Every answer has "
        "this header: with your name, or with one that Segue gave. It is also in the event and in Segue's own log.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    }


def playback_body() -> dict[str, Any]:
    """Return the OpenAPI request body of a playback, with one example per case that a client may meet."""
    examples = {
        "listened": {"summary": "Heard nearly to the end", "value": {"track": 10, "time": 0.93}},
        "skipped": {"summary": "Skipped", "value": {"track": 42, "time": 0.05}},
        "unknown track": {"summary": "404: not in the catalogue", "value": {"track": 999999, "time": 0.5}},
        "time out of range": {"summary": "422: more than the whole track", "value": {"track": 10, "time": 1.5}},
        "time as text": {"summary": "422: a number, not a text", "value": {"track": 10, "time": "0.5"}},
        "time missing": {"summary": "422: how much of it was heard?", "value": {"track": 10}},
    }
    schema = PlaybackIn.model_json_schema()
    return {"required": True, "content": {"application/json": {"schema": schema, "examples": examples}}}


def errors(*kinds: type[SegueError]) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of some errors, each of another status, with an example.

    Raises:
        ValueError: Two of them share a status.
    """
    if len({kind.status for kind in kinds}) < len(kinds):
        raise ValueError(f"errors that share a status cannot be documented together: {kinds}")
    return {kind.status: kind.document() for kind in kinds}


def answer(example: Any) -> dict[int | str, dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Return the OpenAPI response of a success, with an example."""
    return {200: {"description": "Success", "content": {"application/json": {"example": example}}}}
