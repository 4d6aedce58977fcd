"""Which scope a call needs. What is not named here is closed, not open."""

from __future__ import annotations

from app.settings.models import Scope

# Pages, which a browser asks for without a key, and what says nothing of anybody; they can only be read.
OPEN_PATHS = frozenset({"/", "/health/live", "/docs", "/openapi.json", "/player"})
OPEN_FOLDERS = ("/static-offline-docs/", "/player/")
PLAYING = ("/next/", "/last/", "/sessions/")


def needed_scope(method: str, path: str) -> Scope | None:
    """Return the scope that a call needs, or None where it needs no key."""
    if path in OPEN_PATHS or path.startswith(OPEN_FOLDERS):
        return None  # by any method: what they do not have is a 405
    if method in ("GET", "HEAD"):
        return "admin" if path.startswith("/admin/") else "read"
    if path.startswith(PLAYING):
        return "recommend"
    return "admin"
