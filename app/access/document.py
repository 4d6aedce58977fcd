"""What the OpenAPI document says of the calls as they are set up: their limits, and which key each needs."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from app.access.scopes import needed_scope
from app.errors import Forbidden, HeadersTooLong, PathTooLong, SegueError, TooManyRequests, Unauthorised
from app.settings.models import Scope

SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key as `Authorization: Bearer KEY`."},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key in a header."},
}


def complete_document(app: FastAPI, *, guarded: bool, max_queue: int) -> None:
    """Add to an application's OpenAPI document what can befall every call, and what the settings limit.

    Args:
        app: Whose document it is.
        guarded: Whether calls need keys; then the document names them, and the errors of a call without the right one.
        max_queue: The largest ``n`` of a call (tracks).
    """
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = original()
            if guarded:
                document.setdefault("components", {})["securitySchemes"] = SCHEMES
            for path, methods in document["paths"].items():
                for method, operation in methods.items():
                    for parameter in operation.get("parameters", ()):
                        if parameter["name"] == "n":
                            parameter["schema"]["maximum"] = max_queue
                    _complete(operation, needed_scope(method.upper(), path) if guarded else None)
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(operation: dict[str, Any], scope: Scope | None) -> None:
    errors: tuple[type[SegueError], ...] = (PathTooLong, HeadersTooLong)
    if scope is not None:
        errors += (Unauthorised, Forbidden, TooManyRequests)
        operation["security"] = [{name: []} for name in SCHEMES]
        operation["description"] += f"\n\nNeeds a key with the scope `{scope}`."
    for error in errors:
        operation["responses"][str(error.status)] = error.document()
