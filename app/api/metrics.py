"""What Prometheus asks for."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from app.api.dependencies import LiveDep, MetricsDep
from app.publishing import publish

router = APIRouter(tags=["Health"])


@router.get("/metrics", summary="What was counted?", response_class=Response)
async def metrics(counted: MetricsDep, live: LiveDep) -> Response:
    """Return the metrics of all workers in Prometheus' text format."""
    publish(counted, live)
    return Response(await asyncio.to_thread(counted.text), media_type=CONTENT_TYPE_PLAIN_0_0_4)
