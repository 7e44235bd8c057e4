"""The HTTP server: uvicorn, with limits on how a request arrives that it has none for."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from cuibono.api.settings import Settings
from cuibono.api.web.application import Application
from cuibono.api.web.event_stream import STREAM
from cuibono.api.web.repeats import ASKED, Asked, Repeats
from cuibono.graph.errors import InvalidArgument

__all__ = ["Server", "configuration", "listening"]

_LOG = logging.getLogger("cuibono.http")
_GOING_AWAY = 1001  # RFC 6455, 7.4.1; uvicorn says that it comes back, which it cannot know
_GRACE = 5.0  # seconds for a last answer to reach a client that reads slowly
_STILL = 0.5  # seconds in which somebody who listens to a server that stops must take something of what waits


def configuration(app: Application, settings: Settings) -> uvicorn.Config:
    """Return how uvicorn serves an application."""
    own = {
        "seconds": settings.body_timeout,
        "head": settings.maximum_header,
        "most": settings.maximum_connections,
        "repeats": app.repeats,
    }
    return uvicorn.Config(
        app,
        log_level="critical",  # the application logs its own requests; what uvicorn says of broken ones, anybody can make it say
        access_log=False,
        http=type("Http", (_Http,), own),
        ws=_WebSocket,
        ws_max_size=settings.maximum_body,
        ws_per_message_deflate=False,
        root_path=settings.root_path,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


class _Http(HttpToolsProtocol):
    """Lets go of clients that are too many, that take too long over the head of a request, or send one that is too long.

    A request that comes again is answered here, if nothing else is under way on its connection.
    """

    seconds = 10.0
    head = 65_536
    most = 1_000
    repeats: Repeats

    _patience: asyncio.TimerHandle | None = None
    _received = 0
    _between = True
    _begun = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most:
            self._turn_away(b"503 Service Unavailable")
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        alone = self._between
        if alone and self._repeated(data):
            return
        if self._patience is not None:
            self._received += len(data)
        self._begun = 0
        super().data_received(data)
        whole = alone and self._between and self._begun == 1 and not self.transport.is_closing()
        if whole and self.cycle.keep_alive and not self.expect_100_continue:
            self.scope["state"][ASKED] = Asked(data, self._peer)
        if self._patience is not None and self._received > self.head and not self.transport.is_closing():
            self._turn_away(b"431 Request Header Fields Too Large")

    @property
    def is_stream(self) -> bool:
        """Whether what is sent here has no end of its own."""
        return self.cycle is not None and STREAM in self.cycle.scope["state"]

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._between = False
        self._begun += 1
        self._wait()

    def on_headers_complete(self) -> None:
        self._rest()
        super().on_headers_complete()

    @property
    def _peer(self) -> str:
        return self.client[0] if self.client else ""

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._between = not self.parser.should_upgrade()

    def _repeated(self, data: bytes) -> bool:
        """Answer what is a whole request that came before, and return whether it is."""
        busy = self.cycle is not None and not (self.cycle.response_complete and self.cycle.keep_alive)
        if busy or self.pipeline or self.flow.write_paused:
            return False
        found = self.repeats.answer(Asked(data, self._peer))
        if found is None:
            return False
        self._rest()
        status, rest = found
        default = b"".join(b"%b: %b\r\n" % header for header in self.server_state.default_headers)
        self.transport.write(b"".join((STATUS_LINE[status], default, rest)))
        self.on_response_complete()
        return True

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self.loop.call_later(_GRACE, self.transport.abort)

    def _wait(self) -> None:
        if self._patience is None:
            self._received = 0
            self._patience = self.loop.call_later(self.seconds, self._lose_patience)

    def _rest(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _lose_patience(self) -> None:
        self._patience = None
        if not self.transport.is_closing():
            self._turn_away(b"408 Request Timeout")

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        self._turn_away(b"400 Bad Request")

    def _turn_away(self, status: bytes) -> None:
        """Answer what never becomes a request that the application sees."""
        facts = {"client": self._peer, "status": int(status[:3])}
        _LOG.info("turned away", extra={"facts": facts})
        self._rest()
        extra = b"retry-after: 1\r\n" if status.startswith(b"503") else b""
        self.transport.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n" + extra + b"\r\n")
        self.transport.close()
        self.loop.call_later(_GRACE, self.transport.abort)


class _WebSocket(WebSocketsSansIOProtocol):
    """Lets go of clients that do not read the last that is sent to them, and of all when the server stops."""

    is_stream = True

    def shutdown(self) -> None:
        if self.handshake_complete and not self.close_sent:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": _GOING_AWAY})
            self.conn.send_close(_GOING_AWAY)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        super().shutdown()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        self.loop.call_later(_GRACE, self.transport.abort)


class Server(uvicorn.Server):
    """Prints its address once it answers; to be asked to stop is no failure.

    Parameters
    ----------
    end_streams : callable
        Has the answers end that would go on for as long as somebody listens; called when the server is to stop.
    """

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        # How long the thread that takes in requests waits for one that computes.
        sys.setswitchinterval(0.001)
        # What stands now stays: looking through it again and again would hold requests up.
        gc.collect()
        gc.freeze()
        await super().startup(sockets)
        for listener in sockets or ():
            host, port, *_ = listener.getsockname()
            print(f"Serving at http://{f'[{host}]' if ':' in host else host}:{port}/ (Ctrl-C stops)", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests, and end once those under way are answered."""
        self._end_streams()
        watch = asyncio.ensure_future(self._let_go())
        try:
            await super().shutdown(sockets)
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    async def _let_go(self) -> None:
        """Let go of those who listen without end and take nothing of what waits for them."""
        before: dict[_Http | _WebSocket, int] = {}
        while True:
            listening = [one for one in self.server_state.connections if isinstance(one, _Http | _WebSocket) and one.is_stream]
            waiting = {one: one.transport.get_write_buffer_size() for one in listening}
            for one, size in waiting.items():
                if size and size == before.get(one):
                    _LOG.info(
                        "let go: reads nothing, and the server stops", extra={"facts": {"client": (one.client or ("",))[0]}}
                    )
                    one.transport.abort()
            before = waiting
            await asyncio.sleep(_STILL)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Stop, at a signal."""
        # uvicorn's own notes the signal down to raise it again in the end; to have been stopped is no failure.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def listening(settings: Settings) -> socket.socket:
    """Return a socket that listens on the address of the settings.

    Raises
    ------
    InvalidArgument
        If the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio sends small packets at once only where the socket says that it speaks TCP; else each answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        place = f"{settings.host}, port {settings.port}"
        raise InvalidArgument("port", f"{place} cannot be listened on ({error}); choose another") from error
    return listener
