"""How Segue's own log looks: plain lines for people, or one JSON object per line for programs."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from app.request_id import current
from app.settings.models import LoggingSettings

PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class PlainLines(logging.Formatter):
    """A line for people; the request that was being answered stands at its end."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with a traceback below where there is one."""
        head, *rest = super().format(record).splitlines() or [""]
        name = current()
        return "\n".join([f"{head} (request {name})" if name else head, *rest])


class JsonLines(logging.Formatter):
    """One JSON object per line: no text in it can begin a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: when, how grave, where, what, for which request, and what was given as ``fields``."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if name := current():
            line["request"] = name
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_config(settings: LoggingSettings) -> dict[str, Any]:
    """Return what ``logging.config`` and uvicorn are told: all loggers write to standard error, in one form."""
    formatters = {"plain": {"()": PlainLines, "format": PLAIN}, "json": {"()": JsonLines}}
    handler = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": settings.format}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": formatters,
        "handlers": {"stderr": handler},
        "root": {"handlers": ["stderr"], "level": settings.level.upper()},
    }
