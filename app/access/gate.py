"""The gate before every call: a key with the right scope, or an answer that says what to do."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.keys import Keyring
from app.access.rates import RateLimit
from app.access.scopes import needed_scope
from app.errors import Forbidden, SegueError, Unauthorised


class Gate:
    """An ASGI middleware; a plain one, because it stands before the hot calls.

    Args:
        app: What it guards.
        keyring: The keys that open it.
        rate: How often each key may call; None: as often as it likes.
    """

    def __init__(self, app: ASGIApp, keyring: Keyring, rate: RateLimit | None) -> None:
        self._app = app
        self._keyring = keyring
        self._rate = rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a call on, or refuse it without looking at anything else of it."""
        if scope["type"] == "http":
            try:
                self.check(scope["method"], scope["path"], scope["headers"])
            except SegueError as refused:
                await refused.response()(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def check(self, method: str, path: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Return where a call may go on, which is then counted for its key.

        Raises:
            SegueError: It may not, or there are too many calls with its key.
        """
        needed = needed_scope(method, path)
        if needed is None:
            return
        presented = _presented(headers)
        if presented is None:
            raise Unauthorised("this call needs an API key: send 'Authorization: Bearer KEY' or 'X-API-Key: KEY'")
        key = self._keyring.find(presented)
        if key is None:
            raise Unauthorised("this API key is not known; ask whoever runs this Segue for one")
        if self._rate is not None:
            self._rate.count(key.sha256, f"the key '{key.name}'")
        if needed not in key.scopes:
            raise Forbidden(
                f"this call needs a key with the scope '{needed}'; this one has {', '.join(sorted(key.scopes))}"
            )


def _presented(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    for name, value in headers:
        if name == b"x-api-key":
            return value
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return value[7:].strip()
    return None
