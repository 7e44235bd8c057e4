"""GraphQL over HTTP: POST with JSON, GET with a query string, and a page to write queries on for a browser.

The route stands beside FastAPI, not in it: what a small query takes is mostly what a framework takes.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import secrets
from collections.abc import Callable, Mapping
from functools import lru_cache, partial

from starlette.types import Receive, Scope, Send

from cuibono.api.graphql.documents import RequestError
from cuibono.api.graphql.execution import Answer, refused
from cuibono.api.graphql.principal import ANYBODY, Principal
from cuibono.api.settings import Settings
from cuibono.api.web.answering import Answering
from cuibono.api.web.event_stream import STREAM, send_events
from cuibono.api.web.exchange import Exchange, send_answer
from cuibono.api.web.negotiation import preferred_type
from cuibono.api.web.requests import BadRequest, GraphQLRequest, read_body

__all__ = ["GraphQLRoute"]

_JSON = "application/json"
_GRAPHQL_JSON = "application/graphql-response+json"
_HTML = "text/html"
_STREAM = "text/event-stream"
_MUCH = 262_144  # so many bytes take milliseconds to compress
_STATUS = {"UNAUTHENTICATED": 401, "FORBIDDEN": 403, "INTERNAL": 500, "BUSY": 503, "TIME_LIMIT": 504}
_HEADERS = {
    401: {b"www-authenticate": b'Bearer realm="cuibono"'},
    405: {b"allow": b"POST"},
    503: {b"retry-after": b"1"},
}

_preferred = lru_cache(maxsize=256)(preferred_type)


class GraphQLRoute:
    """The application under ``/graphql``.

    Parameters
    ----------
    page : callable, optional
        Gives the page to write queries on: its content, and its headers.
    """

    def __init__(
        self,
        answering: Answering,
        settings: Settings,
        page: Callable[[], tuple[bytes, Mapping[bytes, bytes]]] | None,
    ) -> None:
        self._answering, self._settings, self._page = answering, settings, page
        self._salt = secrets.token_hex(8)  # another server may count other commits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        exchange = Exchange.of(scope)
        method, accept = scope["method"], exchange.header(b"accept")
        if method not in ("GET", "POST"):
            await _fail(send, 405, "METHOD_NOT_ALLOWED", "ask by GET or POST", exchange, {b"allow": b"GET, POST"})
            return
        if method == "GET" and self._page is not None and _wants_page(accept, scope["query_string"]):
            content, headers = self._page()
            await send_answer(send, 200, content, headers)
            return
        if self._settings.read_token and exchange.principal is ANYBODY:
            await _fail(send, 401, "UNAUTHENTICATED", "reading takes a token here", exchange)
            return
        media_type = _preferred(accept, (_JSON, _GRAPHQL_JSON, _STREAM))
        if media_type is None:
            message = f"this address answers with {_GRAPHQL_JSON}, {_JSON} or {_STREAM}"
            await _fail(send, 406, "NOT_ACCEPTABLE", message, exchange)
            return
        if method == "GET" and self._is_known(scope["query_string"], media_type, exchange):
            tag = self._tag(scope["query_string"], media_type, exchange.principal, self._answering.version)
            await send_answer(send, 304, b"", self._headers(tag))
            return
        try:
            request = await self._read(scope, receive, exchange)
        except BadRequest as error:
            closing = {b"connection": b"close"} if error.status in (408, 413) else {}
            told_as = _JSON if media_type == _STREAM else media_type
            await _fail(send, error.status, "BAD_REQUEST", error.message, exchange, closing, told_as)
            return
        safe = method == "GET"
        if media_type == _STREAM:
            scope["state"][STREAM] = True
            answers = self._answering.answers(request, exchange.principal, exchange.trace, safe=safe)
            await send_events(answers, receive, send, exchange.trace, seconds=self._settings.stream_timeout)
            return
        answer = await self._answering.answer(request, exchange.principal, exchange.trace, safe=safe)
        exchange.trace.codes = answer.codes
        status = _status(answer, method, media_type)
        headers = {**self._headers(), b"content-type": media_type.encode(), **_HEADERS.get(status, {})}
        if method == "GET" and not answer.codes and answer.version is not None:
            headers |= self._headers(self._tag(scope["query_string"], media_type, exchange.principal, answer.version))
        await self._send(send, status, answer.content, headers, exchange)

    async def _read(self, scope: Scope, receive: Receive, exchange: Exchange) -> GraphQLRequest:
        if scope["method"] == "GET":
            return GraphQLRequest.of_query_string(scope["query_string"])
        maximum, seconds = self._settings.maximum_body, self._settings.body_timeout
        body = await read_body(exchange.headers, receive, maximum=maximum, seconds=seconds)
        return GraphQLRequest.of_body(exchange.header(b"content-type") or "", body)

    def _is_known(self, query: bytes, media_type: str, exchange: Exchange) -> bool:
        """Return whether whoever asks has the answer to a query by GET already."""
        given = exchange.header(b"if-none-match")
        if given is None:
            return False
        tag = self._tag(query, media_type, exchange.principal, self._answering.version).removeprefix("W/")
        return tag in (part.strip().removeprefix("W/") for part in given.split(","))

    def _tag(self, query: bytes, media_type: str, principal: Principal, version: int) -> str:
        """Return the tag of the answer to a query by GET, at a version of the graph."""
        asked = b"\0".join((query, media_type.encode(), (principal.name or "").encode()))
        return f'W/"{self._salt}-{version}-{hashlib.blake2b(asked, digest_size=12).hexdigest()}"'

    def _headers(self, tag: str | None = None) -> dict[bytes, bytes]:
        headers = {b"vary": b"Accept, Accept-Encoding, Authorization"}
        if tag is not None:
            headers |= {
                b"etag": tag.encode(),
                b"cache-control": b"private, no-cache" if self._settings.read_token else b"no-cache",
            }
        return headers

    async def _send(self, send: Send, status: int, content: bytes, headers: dict[bytes, bytes], exchange: Exchange) -> None:
        least = self._settings.gzip_from
        if len(content) >= least and _takes_gzip(exchange.headers.get(b"accept-encoding", b"")):
            compress = partial(gzip.compress, content, 5, mtime=0)
            content = compress() if len(content) < _MUCH else await asyncio.to_thread(compress)
            headers[b"content-encoding"] = b"gzip"
        await send_answer(send, status, content, headers)


def _status(answer: Answer, method: str, media_type: str) -> int:
    """Return the HTTP status of an answer, as the GraphQL-over-HTTP specification has it for each media type."""
    if answer.executed:
        return 200
    if "OPERATION_NOT_SUPPORTED" in answer.codes:
        return 405 if method == "GET" else 400
    own = next((status for code, status in _STATUS.items() if code in answer.codes), None)
    return own or (400 if media_type == _GRAPHQL_JSON else 200)


def _wants_page(accept: str | None, query_string: bytes) -> bool:
    wanted = _preferred(accept, (_JSON, _GRAPHQL_JSON, _HTML))
    return wanted == _HTML and not any(part.startswith(b"query=") for part in query_string.split(b"&"))


def _takes_gzip(accept_encoding: bytes) -> bool:
    for part in accept_encoding.lower().split(b","):
        coding, _, quality = part.partition(b";")
        if coding.strip() in (b"gzip", b"*"):
            return quality.strip().removeprefix(b"q=").rstrip(b"0.") != b"" or not quality.strip()
    return False


async def _fail(
    send: Send,
    status: int,
    code: str,
    message: str,
    exchange: Exchange,
    headers: Mapping[bytes, bytes] | None = None,
    media_type: str = _JSON,
) -> None:
    """Answer a request that holds nothing to execute."""
    exchange.trace.codes = frozenset({code})
    content = refused(RequestError.told(message, code)).content
    told = {b"content-type": media_type.encode(), b"vary": b"Accept", **_HEADERS.get(status, {}), **(headers or {})}
    await send_answer(send, status, content, told)
