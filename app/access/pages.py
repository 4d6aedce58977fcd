"""Headers that make a browser run nothing but what Segue serves, and show it in no other page's frame."""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable
from hashlib import sha256

from starlette.types import ASGIApp, Message, Receive, Scope, Send

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
ALWAYS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]


def policy(page: str) -> bytes:
    """Return a content security policy for a page whose own inline scripts, and no others, may run."""
    hashes = [base64.b64encode(sha256(script.encode()).digest()).decode() for script in INLINE_SCRIPT.findall(page)]
    scripts = " ".join(["'self'", *(f"'sha256-{value}'" for value in hashes)])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ).encode()


class PageHeaders:
    """An ASGI middleware that adds the headers; a policy only to pages.

    Args:
        app: What answers.
        page: The one page with inline scripts, as it is served.
    """

    def __init__(self, app: ASGIApp, page: str) -> None:
        self._app = app
        self._for_pages = [*ALWAYS, (b"content-security-policy", policy(page))]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a call on, and add to its answer."""

        def adding(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                is_page = dict(headers).get(b"content-type", b"").startswith(b"text/html")
                message["headers"] = [*headers, *(self._for_pages if is_page else ALWAYS)]
            return send(message)

        await self._app(scope, receive, adding)
