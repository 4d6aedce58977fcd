"""What the parts of a running service count by themselves, handed to Prometheus each second."""

from __future__ import annotations

import asyncio

from app.metrics import Metrics
from app.sessions.failover import FailoverStore
from app.state import Live

EVERY_S = 1.0


def publish(metrics: Metrics, live: Live) -> None:
    """Hand over what was counted so far."""
    log, store = live.state.event_log, live.state.store
    totals = {"event_log_lost_events": log.lost, "event_log_sync_failures": log.sync_failures}
    totals |= {"artifacts_loaded": live.loaded, "artifacts_refused": live.refusals}
    levels = {
        "workers": 1,
        "tasks": len(asyncio.all_tasks()),
        "event_log_waiting_events": log.waiting,
        "artifacts_refused_now": bool(live.refused),
    }
    if isinstance(store, FailoverStore):
        totals |= {"store_errors": store.errors, "store_openings": store.openings}
        levels |= {"store_open_circuits": bool(store.reason), "degraded_sessions": store.degraded}
    metrics.publish(totals, levels)


async def publish_each_second(metrics: Metrics, live: Live) -> None:
    """Hand over what was counted until cancelled, and then once more: another worker may be asked for it."""
    try:
        while True:
            publish(metrics, live)
            await asyncio.sleep(EVERY_S)
    finally:
        publish(metrics, live)
