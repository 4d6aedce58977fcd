"""Names every request, answers where nothing else did, and counts, around all that the application does."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import problem_response
from app.metrics import Metrics, call_name
from app.request_id import HEADER, RequestNames

logger = logging.getLogger(__name__)
DEFECT = "this is a defect of Segue; its log holds the details"


class Measured:
    """An ASGI middleware; a plain one, because Starlette's own base costs as much as a decision."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self.names = RequestNames()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on under a name, and count what is answered; a defect is logged here, once."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s = time.perf_counter()
        name = self.names.begin(scope["headers"]).encode("ascii")
        status = 0  # none yet

        def noting(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (HEADER, name)]
            return send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if status:
                raise  # half an answer is out: the server logs this and hangs up
            await self.defect(scope["method"], scope["path"], error)(scope, receive, noting)
        finally:
            self.count(scope.get("endpoint"), status or 500, started_s)  # 500: nobody was there to be answered

    def defect(self, method: str, path: str, error: Exception) -> Response:
        """Log an error that nobody foresaw, and return what its request is answered."""
        logger.error("%s %r failed", method, path, exc_info=error)
        return problem_response(500, "Internal error", DEFECT)

    def count(self, endpoint: object, status: int, started_s: float) -> None:
        """Count an answer, and log it where that is asked for."""
        elapsed_s = time.perf_counter() - started_s
        self._metrics.answered(endpoint, status, elapsed_s)
        if logger.isEnabledFor(logging.INFO):
            call = call_name(endpoint)
            fields = {"call": call, "status": status, "seconds": round(elapsed_s, 6)}
            logger.info("%s answered %d in %.1f ms", call, status, elapsed_s * 1e3, extra={"fields": fields})
