"""GraphQL over WebSocket, by the protocol ``graphql-transport-ws`` of `graphql-ws`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from cuibono.api.graphql.execution import Answer
from cuibono.api.graphql.principal import ANYBODY, Principal, Unauthenticated
from cuibono.api.settings import Settings
from cuibono.api.web.answering import Answering
from cuibono.api.web.exchange import Exchange
from cuibono.api.web.requests import BadRequest, GraphQLRequest
from cuibono.api.web.tokens import Tokens
from cuibono.api.web.trace import Trace

__all__ = ["WebSocketRoute"]

_PROTOCOL = "graphql-transport-ws"
_OPERATIONS = 10


class _Close(Exception):
    """The connection is to be closed, with a code and a reason of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(code, reason)


class _Gone(Exception):
    """The client is no more."""


class WebSocketRoute:
    """The WebSocket under ``/graphql``."""

    def __init__(self, answering: Answering, tokens: Tokens, settings: Settings) -> None:
        self._answering, self._tokens, self._settings = answering, tokens, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Talk with a client until it has enough, or breaks the protocol."""
        exchange = Exchange.of(scope)
        await receive()
        if _PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": 4406, "reason": f"speak {_PROTOCOL}"})
            return
        await send({"type": "websocket.accept", "subprotocol": _PROTOCOL})
        await _Talk(self._answering, self._tokens, self._settings, exchange, receive, send).run()


class _Talk:
    """One connection."""

    def __init__(
        self, answering: Answering, tokens: Tokens, settings: Settings, exchange: Exchange, receive: Receive, send: Send
    ) -> None:
        self._answering, self._tokens, self._settings = answering, tokens, settings
        self._trace, self._receive, self._send = exchange.trace, receive, send
        self._principal, self._report = exchange.principal, exchange.report
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._stuck: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        try:
            await self._begin()
            while True:
                await self._handle(await self._message())
        except _Close as close:
            self._trace.note = f"closed: {close.code} {close.reason}"
            await self._last({"type": "websocket.close", "code": close.code, "reason": close.reason[:120]})
        except _Gone:
            pass
        finally:
            tasks = list(self._operations.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _begin(self) -> None:
        """Wait for the client to introduce itself."""
        try:
            async with asyncio.timeout(self._settings.body_timeout):
                message = await self._message()
        except TimeoutError:
            raise _Close(4408, "Connection initialisation timeout") from None
        while message["type"] == "ping":
            await self._say({"type": "pong"})
            message = await self._message()
        if message["type"] != "connection_init":
            raise _Close(4401, "Unauthorized")
        self._principal = self._made_out(message.get("payload"))
        if self._settings.read_token and self._principal is ANYBODY:
            raise _Close(4403, "Forbidden: reading takes a token here")
        self._trace.principal = self._principal.name
        await self._say({"type": "connection_ack"})

    def _made_out(self, payload: object) -> Principal:
        """Return who the client is: a browser cannot send a header, and so sends the token as its first message."""
        if not isinstance(payload, dict | None):
            raise _Close(4400, "the payload of connection_init must be an object")
        given = {str(name).lower(): value for name, value in (payload or {}).items()}.get("authorization")
        if given is None:
            return self._principal
        try:
            return self._tokens.principal(given if isinstance(given, str) else "")
        except Unauthenticated as error:
            raise _Close(4403, f"Forbidden: {error}") from error

    async def _message(self) -> dict[str, Any]:
        received = asyncio.ensure_future(self._receive())
        waiting: set[asyncio.Future[Any]] = {received, self._stuck}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not received.done():
            received.cancel()
            raise _Close(4499, "what is sent is not read")
        event = received.result()
        if event["type"] == "websocket.disconnect":
            raise _Gone
        try:
            message = orjson.loads(event.get("text") or b"")
        except ValueError as error:
            raise _Close(4400, "a message must be JSON in text") from error
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise _Close(4400, "a message must be an object with a type")
        return message

    async def _handle(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "ping":
                await self._say({"type": "pong"})
            case "pong":
                pass
            case "connection_init":
                raise _Close(4429, "Too many initialisation requests")
            case "complete":
                if task := self._operations.pop(str(message.get("id")), None):
                    task.cancel()
            case "subscribe":
                self._subscribe(message)
            case other:
                raise _Close(4400, f"{other[:40]!r} is no type of message")

    def _subscribe(self, message: dict[str, Any]) -> None:
        id = message.get("id")
        if not isinstance(id, str) or not 0 < len(id) <= 256:
            raise _Close(4400, "subscribe: give an id, a text")
        if id in self._operations:
            raise _Close(4409, f"Subscriber for {id[:60]} already exists")
        if len(self._operations) >= _OPERATIONS:
            raise _Close(4429, f"at most {_OPERATIONS} operations at a time")
        try:
            request = GraphQLRequest.read(message.get("payload"))
        except BadRequest as error:
            raise _Close(4400, error.message) from error
        self._operations[id] = asyncio.ensure_future(self._answer(id, request))

    async def _answer(self, id: str, request: GraphQLRequest) -> None:
        trace = Trace(self._trace.id, "WEBSOCKET", self._trace.path, self._trace.client, status=200)
        answers = self._answering.answers(request, self._principal, trace, safe=False)
        try:
            async for answer in answers:
                trace.codes |= answer.codes
                if not answer.executed:
                    await self._tell(id, "error", _errors(answer))
                    return
                await self._tell(id, "next", answer.content)
            await self._say({"id": id, "type": "complete"})
        finally:
            if self._operations.get(id) is asyncio.current_task():
                del self._operations[id]
            await answers.aclose()  # type: ignore[attr-defined]
            trace.principal = self._principal.name
            self._report(trace)

    async def _tell(self, id: str, kind: str, payload: bytes) -> None:
        await self._text(b'{"id":%b,"type":"%b","payload":%b}' % (orjson.dumps(id), kind.encode(), payload))

    async def _say(self, message: Mapping[str, str]) -> None:
        await self._text(orjson.dumps(message))

    async def _text(self, content: bytes) -> None:
        try:
            async with asyncio.timeout(self._settings.stream_timeout):
                await self._send({"type": "websocket.send", "text": content.decode()})
        except TimeoutError:
            if not self._stuck.done():
                self._stuck.set_result(None)

    async def _last(self, message: Mapping[str, Any]) -> None:
        """Send a last message, as far as somebody reads it."""
        try:
            async with asyncio.timeout(1):
                await self._send(dict(message))
        except TimeoutError:
            pass


def _errors(answer: Answer) -> bytes:
    return orjson.dumps(orjson.loads(answer.content)["errors"])
