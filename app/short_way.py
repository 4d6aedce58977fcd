"""The short way of a hot call: from the server to the hot path and back, past all layers that stand between.

They cost as much as a decision, and do nothing for such a call where no key, origin or trace is asked for; with one of
those, the short way is closed. What fails on it is answered by the long way, as any error is. So here

- nothing is answered but what went well;
- all that the layers would have added stands in one prepared piece.
"""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.pages import ALWAYS
from app.hot import FAILED, JSON, hot_answer, send_json
from app.measured import Measured
from app.one_write import ANSWER
from app.request_id import HEADER

HEAD = b"%b: %b\r\ncontent-length: %%d\r\n%b%b: %%b\r\n" % (
    *JSON,
    b"".join(b"%b: %b\r\n" % header for header in ALWAYS),
    HEADER,
)


class ShortWay:
    """Answers hot calls for a server that offers to write a whole answer at once.

    Args:
        measured: Names and counts all calls.
    """

    def __init__(self, measured: Measured) -> None:
        self._measured = measured

    async def __call__(self, long_way: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a hot call, or hand any other on."""
        answer = hot_answer(scope)
        if answer is None:
            await long_way(scope, receive, send)
            return
        started_s = time.perf_counter()
        name = self._measured.names.begin(scope["headers"]).encode("ascii")
        try:
            body = await answer(scope["path"][6:], scope, receive)
        except Exception as error:  # noqa: BLE001 - raised again where all errors are answered
            scope[FAILED] = error
            scope["headers"].append((HEADER, name))
            await long_way(scope, receive, send)
            return
        if not scope["extensions"][ANSWER](HEAD % (len(body), name), body):
            await send_json(body, [*ALWAYS, (HEADER, name)], send)
        self._measured.count(scope["endpoint"], 200, started_s)
