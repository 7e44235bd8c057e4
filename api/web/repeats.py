"""Requests that come again, byte for byte, while the graph stays as it is: answered as the one before them was.

What is checked and found out on the ordinary way hangs on the bytes of a request, on the settings of the server and on the
version of the graph, and so holds for the same bytes again. Its id, its line in the log and its place in the numbers are new
each time. This saves the parsing, the task and the ways between: most of what a short answer takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cuibono.api.web.trace import Trace, request_id

__all__ = ["ASKED", "Asked", "Repeats"]

ASKED = "cuibono.asked"
"""Under this the state of a request's scope has what was `Asked`, where it came at once and alone."""

_LONGEST = 8_192
_BESIDE = 1_000  # bytes that Python takes for each

_Headers = Sequence[tuple[bytes, bytes]]


class Asked(NamedTuple):
    """A whole request.

    Attributes
    ----------
    content : bytes
        Its head and its body.
    peer : str
        The address that it came from, which may be that of a proxy.
    """

    content: bytes
    peer: str


class Repeats:
    """Answers that are given to the same bytes again; to be used from the thread of the event loop.

    Parameters
    ----------
    moment : callable
        Gives what the answers hang on beside the request, to be compared.
    report : callable
        Counts and logs a request.
    most : int
        Bytes that are kept at most; when there are more, all are let go.
    """

    def __init__(self, moment: Callable[[], object], report: Callable[[Trace], None], most: int) -> None:
        self._moment, self._report, self._most = moment, report, most
        self._of: object = None
        self._size = 0
        self._kept: dict[bytes, tuple[str, Trace, bytes, bytes]] = {}

    def keep(self, request: Asked, trace: Trace, headers: _Headers, content: bytes) -> None:
        """Have an answer given to the same request again, for as long as its moment lasts.

        Parameters
        ----------
        headers : sequence of pairs of bytes
            Those of the answer, the id among them.
        """
        if trace.moment != self._of or self._size > self._most:
            self._kept.clear()
            self._of, self._size = trace.moment, 0
        size = len(request.content) + len(content) + _BESIDE
        if len(request.content) > _LONGEST or size > self._most:
            return
        before, after = _head(headers).split(trace.id.encode(), 1)
        self._kept[request.content] = request.peer, trace, before, after + b"\r\n" + content
        self._size += size

    def answer(self, request: Asked) -> tuple[int, bytes] | None:
        """Return the status of the answer to a request and what follows the status, or None where there is none."""
        known = self._kept.get(request.content)
        if known is None or self._of != self._moment():
            return None
        peer, first, before, after = known
        spoken_for = first.client != peer  # by a proxy that is believed
        if spoken_for and request.peer != peer:
            return None
        trace = first.again(request_id(None), first.client if spoken_for else request.peer)
        self._report(trace)
        return trace.status, b"".join((before, trace.id.encode(), after))


def _head(headers: _Headers) -> bytes:
    return b"".join(b"%b: %b\r\n" % (name.lower(), value) for name, value in headers)
