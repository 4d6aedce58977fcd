"""Ids in a path: any text, a slash or a line end in it too.

An id may hold a slash, as a file's path does. A server decodes %2F before it routes, so that the usual ``{user}``
would end there, and its pattern for whole paths passes over a line end.
"""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor


class IdConvertor(Convertor[str]):
    """Takes all the rest of a path, at least one character, as it is."""

    regex = "(?s:.+)"

    def convert(self, value: str) -> str:
        """Return the text itself; what it means depends on the catalogue."""
        return value

    def to_string(self, value: str) -> str:
        """Return the text itself."""
        return value


register_url_convertor("id", IdConvertor())
USER_ID = "{user:id}"
TRACK_ID = "{track:id}"
