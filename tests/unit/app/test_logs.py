"""Segue's own log, line by line, and the names of requests."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import copy_context

import httpx
import pytest
from fastapi import FastAPI

from app.logs import PLAIN, JsonLines, PlainLines
from app.measured import Measured
from app.metrics import Metrics
from app.request_id import RequestNames, current, given_name

FORGED = 'one\n{"level": "error"}'


def record(message: str, **extra: object) -> logging.LogRecord:
    """Return a record; with ``error`` it holds the exception that is handled now."""
    made = logging.LogRecord("app.x", logging.WARNING, __file__, 1, message, (), sys.exc_info())
    made.__dict__.update(extra)
    return made


def named(name: bytes) -> str:
    """Return the name that a request gets, and leave this task without one."""
    return copy_context().run(RequestNames().begin, [(b"host", b"x"), (b"x-request-id", name)])


def test_a_request_keeps_its_own_name() -> None:
    """A client's name of the right form is the request's; any other gives way to one of the worker's."""
    assert named(b"mine-1") == "mine-1"
    assert len({named(b"two words"), named(b"x" * 129), named(b"\xe9"), named(b"")}) == 4
    assert current() == ""


def test_the_first_of_several_names_counts() -> None:
    """Of two names that a client gives one request the first is taken, as everywhere."""
    headers = [(b"x-request-id", b"one"), (b"x-request-id", b"two")]
    assert copy_context().run(RequestNames().begin, headers) == given_name(headers) == "one"


def test_a_workers_names_differ() -> None:
    """The names of one worker are one start and a count in hexadecimal digits."""
    names = RequestNames()
    first, second = (copy_context().run(names.begin, []) for _ in range(2))
    assert first[:12] == second[:12]
    assert (first[12:], second[12:]) == ("00000000", "00000001")


def test_a_json_line_is_one_line() -> None:
    """A message with a line end stays within its string, and the fields of a record stand beside it."""
    line = JsonLines().format(record(FORGED, fields={"status": 200}))
    assert "\n" not in line
    found = json.loads(line)
    assert (found["message"], found["level"], found["logger"], found["status"]) == (FORGED, "warning", "app.x", 200)
    assert "request" not in found


def test_an_error_keeps_its_traceback() -> None:
    """Both forms tell where an error came from."""
    try:
        int("wrong")
    except ValueError:
        failed = record("it failed")
    assert json.loads(JsonLines().format(failed))["error"].endswith("with base 10: 'wrong'")
    head, *_, last = PlainLines(PLAIN).format(failed).splitlines()
    assert head.endswith("WARNING app.x: it failed")
    assert last.startswith("ValueError: ")


@pytest.mark.anyio
async def test_a_defect_is_logged_under_the_name_that_its_answer_has(caplog: pytest.LogCaptureFixture) -> None:
    """A 500 names its request in its header, and so does the one line that tells of it; the server hears of nothing."""
    app = FastAPI()
    app.add_middleware(Measured, metrics=Metrics())

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("a defect")

    caplog.handler.setFormatter(JsonLines())
    transport = httpx.ASGITransport(app)  # raises what the application raises
    async with httpx.AsyncClient(transport=transport, base_url="http://segue") as http:
        answer = await http.get("/broken", headers={"x-request-id": "here"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (500, "here")
    (line,) = (json.loads(line) for line in caplog.text.splitlines())
    assert (line["request"], line["message"]) == ("here", "GET '/broken' failed")
    assert line["error"].endswith("RuntimeError: a defect")
