"""The player page: files that a browser runs as they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parents[1] / "page"


class _Fresh(StaticFiles):
    """Files that a browser asks for anew each time, so that an upgrade never mixes old modules with new ones.

    Asking costs little: an unchanged file is answered with 304.
    """

    def file_response(self, full_path: str | os.PathLike[str], *arguments: Any, **named: Any) -> Response:  # noqa: ANN401
        """Return a file, or that it has not changed."""
        response = super().file_response(full_path, *arguments, **named)
        response.headers["Cache-Control"] = "no-cache"
        return response


def player_mount() -> Mount:
    """Return the route of the page and all that it loads, compressed."""
    return Mount("/player", GZipMiddleware(_Fresh(directory=FOLDER, html=True), minimum_size=500), name="player")


def wants_page(request: Request) -> bool:
    """Return whether a browser asks, for somebody to look at."""
    return "text/html" in request.headers.get("accept", "")


def to_player() -> RedirectResponse:
    """Return where the page is; relative, so that a prefix of a proxy stays."""
    return RedirectResponse("player/", headers={"Vary": "Accept"})
