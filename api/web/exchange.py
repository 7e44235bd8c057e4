"""A request and its answer, as the routes that are not FastAPI's see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.types import Scope, Send

from cuibono.api.graphql.principal import Principal
from cuibono.api.web.trace import Trace

__all__ = ["Exchange", "send_answer"]

_KEY = "cuibono"


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is known of a request once it may be answered.

    Attributes
    ----------
    headers : mapping of bytes to bytes
        By name, in small letters; several of one name are joined by commas.
    report : callable
        Counts and logs what is done beside the request itself: an operation of a WebSocket.
    """

    headers: Mapping[bytes, bytes]
    principal: Principal
    trace: Trace
    report: Callable[[Trace], None]

    def header(self, name: bytes) -> str | None:
        """Return a header."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    def enter(self, scope: Scope) -> None:
        """Lay it down in the scope of a request."""
        scope.setdefault("state", {})[_KEY] = self

    @classmethod
    def of(cls, scope: Scope) -> Exchange:
        """Return what was laid down in the scope of a request."""
        exchange: Exchange = scope["state"][_KEY]
        return exchange


async def send_answer(send: Send, status: int, content: bytes, headers: Mapping[bytes, bytes]) -> None:
    """Send a whole answer."""
    length = (b"content-length", b"%d" % len(content))
    bare = status in (204, 304)
    await send({"type": "http.response.start", "status": status, "headers": [*headers.items(), *(() if bare else (length,))]})
    await send({"type": "http.response.body", "body": b"" if bare else content})
