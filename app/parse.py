"""From bytes on the wire to ids and playbacks, or an error that says what to send instead."""

from __future__ import annotations

import re

from pydantic import ValidationError
from pydantic_core import from_json

from app.errors import InvalidRequest, UnknownTrack
from app.request_id import FORM
from app.schemas.playback import IntegerPlayback, StringPlayback
from preprocessing.artifacts import Artifacts, Ids
from strategies.session import Playback, TrackId, UserId

MAX_ID_LENGTH = 256  # characters; longer ids are somebody's mistake
INTEGER = re.compile(r"-?[0-9]{1,19}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # what preprocessing refuses too; an emoji's joiner is none


def parse_user(text: str, artifacts: Artifacts) -> UserId:
    """Return a user id of the log's type; it need not be in the log.

    Raises:
        InvalidRequest: It is of the other type, too long, or holds control characters.
    """
    return _parse_id(text, "user", artifacts.manifest.user_id_type)


def parse_track(text: str, artifacts: Artifacts) -> TrackId:
    """Return a track id that the catalogue holds.

    Raises:
        InvalidRequest: It is of the other type, too long, or holds control characters.
        UnknownTrack: The catalogue does not hold it.
    """
    track = _parse_id(text, "track", artifacts.manifest.track_id_type)
    if artifacts.track_ids.find(track) is None:
        raise UnknownTrack(track)
    return track


def parse_playback(body: bytes, artifacts: Artifacts, earlier_tracks: Ids | None = None) -> Playback:
    """Return the playback that a body reports.

    Args:
        body: JSON.
        artifacts: Of the catalogue that the track stands in.
        earlier_tracks: Those of the catalogue before: a listener may be hearing one that has left it since.

    Raises:
        InvalidRequest: The body is not such an object, or a value is out of range.
        UnknownTrack: The catalogue does not hold the track.
    """
    try:
        if artifacts.manifest.track_id_type == "integer":
            sent: IntegerPlayback | StringPlayback = IntegerPlayback.__pydantic_validator__.validate_json(body)
        else:
            sent = StringPlayback.__pydantic_validator__.validate_json(body)
    except ValidationError as error:
        whole = _whole_number(error)
        if whole is None:
            raise InvalidRequest(_sentence(error)) from error
        sent = IntegerPlayback.model_validate(from_json(body) | {"track": whole})
    if artifacts.track_ids.find(sent.track) is None and (
        earlier_tracks is None or earlier_tracks.find(sent.track) is None
    ):
        raise UnknownTrack(sent.track)
    return Playback(sent.track, sent.time)


def parse_count(text: str, limit: int) -> int:
    """Return the length of the queue that ``?n=`` asks for.

    Raises:
        InvalidRequest: It is not a number from 1 to the limit.
    """
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= limit:
        raise InvalidRequest(f"n must be a whole number from 1 to {limit}; got {_shortened(text)}")
    return int(text)


def parse_flag(text: str, name: str) -> bool:
    """Return whether a query parameter says true.

    Raises:
        InvalidRequest: It says neither true nor false.
    """
    value = {"true": True, "1": True, "false": False, "0": False}.get(text.lower())
    if value is None:
        raise InvalidRequest(f"{name} must be true or false; got {_shortened(text)}")
    return value


def parse_request_id(text: str | None) -> str | None:
    """Return the client's name for its request, if it gave one.

    Raises:
        InvalidRequest: It is longer than 128 characters or not plain ASCII.
    """
    if text is None or FORM.fullmatch(text):
        return text
    raise InvalidRequest("the header X-Request-ID must be 1 to 128 printable ASCII characters without spaces")


def _parse_id(text: str, kind: str, id_type: str) -> int | str:
    if id_type == "integer":
        if INTEGER.fullmatch(text) and -(2**63) <= int(text) < 2**63:
            return int(text)
        raise InvalidRequest(f"a {kind} id is a whole number here, as in the preprocessed data; got {_shortened(text)}")
    if not 1 <= len(text) <= MAX_ID_LENGTH:
        raise InvalidRequest(f"a {kind} id has 1 to {MAX_ID_LENGTH} characters; got {len(text)}")
    if CONTROL.search(text):
        raise InvalidRequest(f"a {kind} id must not hold control characters; got {_shortened(text)}")
    return text


def _whole_number(error: ValidationError) -> int | None:
    """Return a track that was written as 100.0, an integer by JSON Schema, where nothing else is wrong."""
    found, *others = error.errors(include_url=False)
    value = found["input"]
    is_whole = found["loc"] == ("track",) and isinstance(value, float) and value.is_integer()
    return int(value) if is_whole and not others else None


def _sentence(error: ValidationError) -> str:
    """Return what is wrong with a playback, in words."""
    found = error.errors(include_url=False)[0]
    field, kind, value = ".".join(map(str, found["loc"])), found["type"], _shortened(found["input"])
    if kind == "json_invalid":
        return f'the body is not JSON ({found["ctx"]["error"]}); send {{"track": ..., "time": ...}}'
    if not field:
        return f'the body must be an object: send {{"track": ..., "time": ...}}; got {value}'
    if kind == "missing":
        return f'{field} is missing: send {{"track": ..., "time": ...}}'
    if field == "time":
        return f"time must be a number from 0 to 1, the fraction listened; got {value}"
    return f"{field}: {found['msg']}; ids are of the type that the catalogue has; got {value}"


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
