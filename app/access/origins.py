"""Pages of other sites that may call, where the settings list them (CORS)."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp


def allow_origins(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """Return an application whose answers a browser hands to pages of these origins.

    Cookies play no part; keys are sent by the page.
    """
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
        expose_headers=["Retry-After"],
    )
