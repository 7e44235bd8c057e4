"""GraphQL over server-sent events, each operation a connection of its own (the protocol of `graphql-sse`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.types import Receive, Send

from cuibono.api.graphql.execution import Answer
from cuibono.api.web.trace import Trace

__all__ = ["STREAM", "send_events"]

STREAM = "cuibono.stream"
"""Under this the state of a request's scope says that its answer goes on for as long as somebody listens."""

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # proxies are to hand each event on
    (b"vary", b"Accept"),
]
_STILL_HERE = 12.0  # seconds after which a comment keeps proxies from giving up


async def send_events(answers: AsyncIterator[Answer], receive: Receive, send: Send, trace: Trace, *, seconds: float) -> None:
    """Send answers as events until they end, or until the client is gone or reads nothing for some seconds."""
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    gone = asyncio.ensure_future(_gone(receive))
    try:
        async with asyncio.timeout(None) as patience:
            loop = asyncio.get_running_loop()

            async def event(content: bytes, *, more: bool = True) -> None:
                patience.reschedule(loop.time() + seconds)
                await send({"type": "http.response.body", "body": content, "more_body": more})
                patience.reschedule(None)

            following = asyncio.ensure_future(anext(answers, None))
            try:
                while not gone.done():
                    await asyncio.wait({following, gone}, timeout=_STILL_HERE, return_when=asyncio.FIRST_COMPLETED)
                    if not following.done():
                        await event(b":\n\n")
                        continue
                    answer = following.result()
                    if answer is None:
                        await event(b"event: complete\ndata:\n\n", more=False)
                        return
                    trace.codes |= answer.codes
                    await event(b"event: next\ndata: " + answer.content + b"\n\n")
                    following = asyncio.ensure_future(anext(answers, None))
            finally:
                following.cancel()
                with suppress(asyncio.CancelledError):
                    await following
    except TimeoutError:
        trace.note = f"let go: read nothing for {seconds:g} seconds"
    finally:
        gone.cancel()
        await answers.aclose()  # type: ignore[attr-defined]


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
