"""The application as the server holds it: what answers requests, and what the server does for it beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

from cuibono.api.web.gate import Gate
from cuibono.api.web.repeats import Repeats

__all__ = ["Application"]


@dataclass(frozen=True, slots=True)
class Application:
    """The ASGI application.

    Attributes
    ----------
    gate : Gate
        Answers requests.
    repeats : Repeats
        Answers those that come again.
    end_streams : callable
        Has all subscriptions end, for a server that stops.
    """

    gate: Gate
    repeats: Repeats
    end_streams: Callable[[], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self.gate(scope, receive, send)
