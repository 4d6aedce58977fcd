"""What the docs page offers to try: examples that answer against the sample, and errors as they are answered."""

from __future__ import annotations

from typing import Any

from app.errors import SegueError
from app.schemas import PlaybackIn

USER = "7"
TRACK = "10"


def path_parameter(name: str, description: str, example: str) -> dict[str, Any]:
    """Return the OpenAPI object of an id in a path, with an example."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", "minLength": 1, "maxLength": 256},
        "example": example,
    }


def user_parameter() -> dict[str, Any]:
    """Return the OpenAPI object of the user in a path."""
    return path_parameter("user", "The listener: an id of the log's type, known to it or not.", USER)


def request_id_parameter() -> dict[str, Any]:
    """Return the OpenAPI object of the header that makes a request safe to send again."""
    return {
        "name": "X-Request-ID",
        "in": "header",
        "required": False,
        "description": "Your name for this request. Send it again under the same name when you are not sure that it "
        "arrived: the playback is counted once, and the answer is the same.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128},
    }


def playback_body() -> dict[str, Any]:
    """Return the OpenAPI request body of a playback, with one example per case that a client may meet."""
    examples = {
        "listened": {"summary": "Heard nearly to the end", "value": {"track": 10, "time": 0.93}},
        "skipped": {"summary": "Skipped", "value": {"track": 42, "time": 0.05}},
        "unknown track": {"summary": "404: not in the catalogue", "value": {"track": 999999, "time": 0.5}},
        "time out of range": {"summary": "422: more than the whole track", "value": {"track": 10, "time": 1.5}},
        "time missing": {"summary": "422: how much was heard?", "value": {"track": 10}},
    }
    schema = PlaybackIn.model_json_schema()
    return {"required": True, "content": {"application/json": {"schema": schema, "examples": examples}}}


def errors(*kinds: type[SegueError]) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of some errors; kinds of the same status share one, with an example each."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        responses[kind.status] = kind.document()
    return responses
