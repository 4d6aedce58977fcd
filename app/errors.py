"""Errors that a client is told: a status, a title and a sentence that says what to do (RFC 9457)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from app.sessions.store import StoreError

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """The body of every error."""

    type: str = Field("about:blank", description="A name of the kind of error, the same each time.")
    title: str = Field(description="The kind of error in a few words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What was wrong with this request, and what to do.")


class SegueError(Exception):
    """An error with a status; its message is the ``detail`` that the client reads."""

    status: ClassVar[int]
    type: ClassVar[str]
    title: ClassVar[str]
    example: ClassVar[str]  # a detail, for the docs page
    headers: ClassVar[dict[str, str]] = {}

    @classmethod
    def document(cls) -> dict[str, Any]:
        """Return the OpenAPI response of this kind of error, with its example."""
        problem = Problem(type=cls.type, title=cls.title, status=cls.status, detail=cls.example)
        content = {"schema": Problem.model_json_schema(), "example": problem.model_dump()}
        return {"description": cls.title, "content": {MEDIA_TYPE: content}}

    def response(self) -> Response:
        """Return the HTTP response of this error."""
        response = problem_response(self.status, self.title, str(self), type_=self.type)
        response.headers.update(self.headers)
        return response


class UnknownTrack(SegueError):
    """The catalogue does not hold a track."""

    status = 404
    type = "urn:segue:unknown-track"
    title = "Unknown track"
    example = "the catalogue holds no track 999999; its ids are those of the catalogue file"

    def __init__(self, track: int | str) -> None:
        super().__init__(f"the catalogue holds no track {track!r}; its ids are those of the catalogue file")


class Unauthorised(SegueError):
    """No key, or an unknown one."""

    status = 401
    type = "urn:segue:unauthorised"
    title = "API key needed"
    example = "this call needs an API key: send 'Authorization: Bearer KEY' or 'X-API-Key: KEY'"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer realm="Segue"'}


class Forbidden(SegueError):
    """A key that opens other calls."""

    status = 403
    type = "urn:segue:forbidden"
    title = "Not with this key"
    example = "this call needs a key with the scope 'admin'; this one has recommend"


class NoSession(SegueError):
    """The user has no live session."""

    status = 404
    type = "urn:segue:no-session"
    title = "No live session"
    example = "user 12 has no live session; POST /next/12 starts one"

    def __init__(self, user: int | str) -> None:
        super().__init__(f"user {user!r} has no live session; POST /next/{user} starts one")


class NoLeaderboard(SegueError):
    """Nobody has measured the chains yet."""

    status = 404
    type = "urn:segue:no-leaderboard"
    title = "No leaderboard"
    example = "there is no leaderboard yet; 'make leaderboard' measures every chain and leaves one"

    def __init__(self) -> None:
        super().__init__(self.example)


class InvalidRequest(SegueError):
    """Something in the request is not as it must be."""

    status = 422
    type = "urn:segue:invalid-request"
    title = "Invalid request"
    example = "time must be a number from 0 to 1, the fraction listened; got 1.5"


class BodyTooLarge(SegueError):
    """The body is larger than the limit."""

    status = 413
    type = "urn:segue:body-too-large"
    title = "Body too large"
    example = 'the body is larger than 65536 bytes; send only {"track": ..., "time": ...}'


class PathTooLong(SegueError):
    """The path and its query are longer than the limit."""

    status = 414
    type = "urn:segue:path-too-long"
    title = "Path too long"
    example = "the path and its query are longer than 8192 bytes"

    def __init__(self, limit: int) -> None:
        super().__init__(f"the path and its query are longer than {limit} bytes")


class HeadersTooLong(SegueError):
    """The headers are longer than the limit."""

    status = 431
    type = "urn:segue:headers-too-long"
    title = "Headers too long"
    example = "the headers are longer than 16384 bytes"

    def __init__(self, limit: int) -> None:
        super().__init__(f"the headers are longer than {limit} bytes")


class CutOff(SegueError):
    """A client left before its request was whole; counted, read by nobody."""

    status = 400
    type = "urn:segue:cut-off"
    title = "Cut off"
    example = "the connection ended before the body did"

    def __init__(self) -> None:
        super().__init__(self.example)


class NotHttp(SegueError):
    """What came is no HTTP request."""

    status = 400
    type = "urn:segue:not-http"
    title = "Not HTTP"
    example = "this is no request of HTTP/1.1"

    def __init__(self) -> None:
        super().__init__(self.example)


class TooManyRequests(SegueError):
    """Somebody calls more often than the limit allows."""

    status = 429
    type = "urn:segue:too-many-requests"
    title = "Too many requests"
    example = "user 12 calls too often; try again in 1 s"

    def __init__(self, name: str, wait_s: float) -> None:
        self._wait_s = math.ceil(wait_s)
        super().__init__(f"{name} calls too often; try again in {self._wait_s} s")

    def response(self) -> Response:
        """Return the HTTP response, with the time to wait in a header too."""
        response = super().response()
        response.headers["Retry-After"] = str(self._wait_s)
        return response


class StoreAway(SegueError):
    """A change that all workers must see cannot be made now."""

    status = 503
    type = "urn:segue:store-away"
    title = "Session store away"
    example = "the session store does not answer; try again when GET /health/ready says that it does"


class ArtifactsRefused(SegueError):
    """Newer artifacts are no good; what was served goes on."""

    status = 409
    type = "urn:segue:artifacts-refused"
    title = "Artifacts refused"
    example = (
        "data/artifacts/current leads to no version: run 'make preprocess' to make the artifacts again; "
        "what was served goes on"
    )

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}; what was served goes on")


class NotForgotten(SegueError):
    """A user could not be forgotten everywhere."""

    status = 503
    type = "urn:segue:not-forgotten"
    title = "Not forgotten everywhere"
    example = "the events are left out from the next 'make preprocess' on, but the live session goes on; try again"


def problem_response(status: int, title: str, detail: str, *, type_: str = "about:blank") -> Response:
    """Return a problem document as a response."""
    content = to_json({"type": type_, "title": title, "status": status, "detail": detail})
    return Response(content, status_code=status, media_type=MEDIA_TYPE)


def install_error_handlers(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Answer every error, also those of the framework, with a problem document.

    Args:
        app: That answers.
        routes: Of all its documented calls.
    """

    @app.exception_handler(SegueError)
    async def segue_error(_: Request, error: SegueError) -> Response:
        return error.response()

    @app.exception_handler(StoreError)
    async def store_error(_: Request, error: StoreError) -> Response:
        return StoreAway(f"{error}; try again when GET /health/ready says that it does").response()

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        found = error.errors()[0]
        place = ".".join(str(part) for part in found["loc"][1:])
        return InvalidRequest(f"{place}: {found['msg']}; got {found['input']!r}").response()

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        detail = str(error.detail)
        if error.status_code in (404, 405):
            detail = f"{request.method} {request.url.path} is no call of Segue; /docs lists all of them"
        response = problem_response(error.status_code, str(error.detail), detail)
        response.headers.update(error.headers or {})
        if error.status_code == 405:  # the framework names the methods of one route, and a path may have several
            methods = _methods(routes, request.scope).union(response.headers["Allow"].split(", "))
            response.headers["Allow"] = ", ".join(sorted(methods))
        return response


def _methods(routes: Sequence[BaseRoute], scope: Scope) -> set[str]:
    """Return the methods that a path has."""
    return {
        method
        for route in routes
        if isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
