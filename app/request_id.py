"""The name of a request: the client's own, or one that no other worker gives.

It stands in the answer's header, in the event, and in every line that is logged meanwhile.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable
from contextvars import ContextVar

HEADER = b"x-request-id"
FORM = re.compile(r"[\x21-\x7e]{1,128}")

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """Return the name of the request that this task answers; empty: it answers none."""
    return _current.get()


def resume(name: str) -> None:
    """Go on with a request of that name: what is logged from here on is its."""
    _current.set(name)


def given_name(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """Return the name that a client gave its request, the first of several, or None."""
    for name, value in headers:
        if name == HEADER:
            return str(value, "latin-1")
    return None


class RequestNames:
    """Names the requests of one worker: a random start per process, then a count."""

    def __init__(self) -> None:
        self._worker = os.urandom(6).hex()
        self._count = itertools.count()

    def begin(self, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """Return the name of a request that begins in this task: its own, where that is of the right form."""
        given = given_name(headers)
        name = given if given is not None and FORM.fullmatch(given) else self.new()
        _current.set(name)
        return name

    def new(self) -> str:
        """Return the name of a request that came without one."""
        return f"{self._worker}{next(self._count):08x}"
