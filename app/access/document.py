"""The OpenAPI document says which calls need a key, so that the docs page can be given one."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from app.access.scopes import needed_scope
from app.errors import Forbidden, TooManyRequests, Unauthorised

SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key as `Authorization: Bearer KEY`."},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key in a header."},
}


def document_access(app: FastAPI) -> None:
    """Add to an application's OpenAPI document the keys, and the errors of a call without the right one."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = original()
            document.setdefault("components", {})["securitySchemes"] = SCHEMES
            for path, methods in document["paths"].items():
                for method, operation in methods.items():
                    scope = needed_scope(method.upper(), path)
                    if scope is not None:
                        operation["security"] = [{name: []} for name in SCHEMES]
                        operation["description"] += f"\n\nNeeds a key with the scope `{scope}`."
                        for error in (Unauthorised, Forbidden, TooManyRequests):
                            operation["responses"][str(error.status)] = error.document()
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]
