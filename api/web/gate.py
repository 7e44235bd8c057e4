"""The way in: what every request passes, whichever route answers it.

It is given an id, its host and the site of its page are checked, whoever sends it is made out, and in the end it is
counted and leaves a line in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cuibono.api.graphql.principal import ANYBODY, Principal, Unauthenticated
from cuibono.api.web.exchange import Exchange, send_answer
from cuibono.api.web.hosts import Hosts
from cuibono.api.web.metrics import Metrics
from cuibono.api.web.repeats import ASKED, Asked, Repeats
from cuibono.api.web.tokens import Tokens
from cuibono.api.web.trace import Trace, request_id

__all__ = ["Gate"]

_LOG = logging.getLogger("cuibono.http")
_OPEN = frozenset({"/", "/healthz", "/readyz", "/graphql"})  # the GraphQL route asks for the token itself, behind its page
_CHALLENGE = {b"www-authenticate": b'Bearer realm="cuibono"'}
_ALLOWED = b"authorization, content-type, if-none-match, x-request-id"
_EXPOSED = b"etag, retry-after, x-request-id"


class _Refused(Exception):
    def __init__(self, status: int, code: str, message: str, headers: dict[bytes, bytes] | None = None) -> None:
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}
        super().__init__(message)


class Gate:
    """Lets requests in to an application.

    Parameters
    ----------
    inside : ASGI application
        Answers them.
    read_token : bool
        Whether reading takes a token; pages, without what they show, do not.
    """

    def __init__(
        self, inside: ASGIApp, hosts: Hosts, tokens: Tokens, metrics: Metrics, repeats: Repeats, *, read_token: bool
    ) -> None:
        self._inside, self._hosts, self._tokens, self._metrics = inside, hosts, tokens, metrics
        self._repeats, self._read_token = repeats, read_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._inside(scope, receive, send)
            return
        headers = _joined(scope["headers"])
        client = scope.get("client")
        trace = Trace(
            request_id(headers.get(b"x-request-id")),
            scope.get("method", "WEBSOCKET"),
            scope["path"].removeprefix(scope.get("root_path", "")) or "/",
            client[0] if client else "",
        )
        passage = _Passage(trace, send, self._cors(headers))
        try:
            await self._answered(scope, receive, passage, headers)
        except _Refused as refused:
            trace.codes = frozenset({refused.code})
            await passage.refuse(scope["type"], refused)
        except Exception:
            _LOG.exception("unexpected error", extra={"facts": {"id": trace.id, "path": trace.path}})
            if passage.started and not passage.complete:
                raise
            if not passage.started:
                message = f"something went wrong here; the log tells more under {trace.id}"
                await passage.refuse(scope["type"], _Refused(500, "INTERNAL", message))
        finally:
            self._metrics.report(trace)

    async def _answered(self, scope: Scope, receive: Receive, passage: _Passage, headers: dict[bytes, bytes]) -> None:
        host, origin = headers.get(b"host", b"").decode("latin-1"), headers.get(b"origin", b"").decode("latin-1")
        if not self._hosts.allows_host(host):
            raise _Refused(421, "HOST", f"this server is not {host[:100]!r}; whoever runs it names its hosts by --allowed-hosts")
        if origin and not self._hosts.allows_origin(origin, host):
            message = f"pages of {origin[:100]!r} may not ask here; whoever runs the server names such by --allowed-origins"
            raise _Refused(403, "ORIGIN", message)
        if passage.trace.method == "OPTIONS" and b"access-control-request-method" in headers:
            await send_answer(passage.send, 204, b"", _PREFLIGHT)
            return
        principal = self._principal(headers, passage.trace)
        Exchange(headers, principal, passage.trace, self._metrics.report).enter(scope)
        await self._inside(scope, receive, passage.send)
        asked = scope["state"].get(ASKED)
        if asked is not None and passage.trace.moment is not None and b"x-request-id" not in headers:
            passage.keep(asked, self._repeats)

    def _principal(self, headers: dict[bytes, bytes], trace: Trace) -> Principal:
        given = headers.get(b"authorization")
        try:
            principal = self._tokens.principal(None if given is None else given.decode("latin-1"))
        except Unauthenticated as error:
            challenge = {b"www-authenticate": b'Bearer realm="cuibono", error="invalid_token"'}
            raise _Refused(401, error.code, str(error), challenge) from error
        open_to_all = trace.path in _OPEN or trace.path.startswith("/assets/")
        if principal is ANYBODY and self._read_token and not open_to_all:
            raise _Refused(401, Unauthenticated.code, "reading takes a token here", _CHALLENGE)
        trace.principal = principal.name
        return principal

    def _cors(self, headers: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        if not self._hosts.origins:
            return []
        origin, host = headers.get(b"origin", b""), headers.get(b"host", b"").decode("latin-1")
        vary = (b"vary", b"Origin")
        if not origin or not self._hosts.allows_origin(origin.decode("latin-1"), host):
            return [vary]
        return [vary, (b"access-control-allow-origin", origin), (b"access-control-expose-headers", _EXPOSED)]


_PREFLIGHT = {
    b"access-control-allow-methods": b"GET, POST",
    b"access-control-allow-headers": _ALLOWED,
    b"access-control-max-age": b"600",
}


class _Passage:
    """Sends the answer of one request, with what every answer has."""

    def __init__(self, trace: Trace, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self.trace, self._send = trace, send
        self._headers = [*headers, (b"x-request-id", trace.id.encode()), (b"x-content-type-options", b"nosniff")]
        self.started = self.complete = False
        self._sent: list[tuple[bytes, bytes]] = []
        self._whole: bytes | None = None

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        kind = message["type"]
        if kind == "http.response.start":
            self.started, self.trace.status = True, message["status"]
            message["headers"] = self._sent = [*message.get("headers", ()), *self._headers]
        elif kind == "http.response.body":
            part = message.get("body", b"")
            self._whole = part if self.trace.size == 0 else None
            self.trace.size += len(part)
            self.complete = not message.get("more_body", False)
        elif kind == "websocket.accept":
            self.started, self.trace.status = True, 101
        elif kind == "websocket.close":
            self.complete = True
        await self._send(message)

    def keep(self, request: Asked, repeats: Repeats) -> None:
        """Have the answer given to the same request again, if it was sent in one."""
        if self._whole is not None and self.complete:
            repeats.keep(request, self.trace, self._sent, self._whole)

    async def refuse(self, kind: str, refused: _Refused) -> None:
        """Send an answer that tells of an error."""
        content = orjson.dumps({"errors": [{"message": refused.message, "extensions": {"code": refused.code}}]})
        headers = {b"content-type": b"application/json", **refused.headers}
        if kind == "http":
            await send_answer(self.send, refused.status, content, headers)
            return
        self.trace.status = refused.status
        all_headers = [*headers.items(), *self._headers, (b"content-length", b"%d" % len(content))]
        await self._send({"type": "websocket.http.response.start", "status": refused.status, "headers": all_headers})
        await self._send({"type": "websocket.http.response.body", "body": content})


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        found[name] = found[name] + b", " + value if name in found else value
    return found
