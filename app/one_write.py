"""An answer's head goes out with the first piece of its body: one write to the connection instead of two."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class OneWrite:
    """The transport of one answer, as uvicorn uses it.

    Args:
        cycle: The request that is answered; it has sent nothing yet.
    """

    __slots__ = ("_begun", "_cycle", "_head", "_transport")

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle
        self._transport = cycle.transport
        self._head = b""  # until the body's first piece comes, if it is an empty one
        self._begun = cycle.scope["method"] == "HEAD"  # whose answer has no body to wait for

    def write(self, data: bytes) -> None:
        """Keep a head, and write all else; to a client that has left nothing is written."""
        if self._transport.is_closing():
            return
        if self._begun or not self._cycle.response_started:  # that is '100 Continue', which stands before the head
            self._transport.write(data)
        elif self._head:
            self._begun = True
            self._transport.write(self._head + data)
        else:
            self._head = data

    def close(self) -> None:
        """Close the connection; a head whose body failed is written before."""
        if self._head and not self._begun:
            self._transport.write(self._head)
        self._transport.close()

    def is_closing(self) -> bool:
        """Whether the connection closes."""
        return self._transport.is_closing()
