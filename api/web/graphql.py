"""GraphQL over HTTP: POST with JSON, GET with a query string, and a page to write queries on for a browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from graphql import OperationType
from starlette.concurrency import run_in_threadpool

from cuibono.api.graphql.errors import request_error
from cuibono.api.graphql.execution import Answer, Executor
from cuibono.api.settings import Settings
from cuibono.api.web.answers import error_answer, json_answer
from cuibono.api.web.negotiation import preferred_type
from cuibono.api.web.page import query_page

__all__ = ["graphql_routes"]

_JSON = "application/json"
_GRAPHQL_JSON = "application/graphql-response+json"
_HTML = "text/html"
_SAFE = (OperationType.QUERY,)
_ALL = (OperationType.QUERY, OperationType.MUTATION)


class _BadRequest(Exception):
    """A request that holds no GraphQL query, with the HTTP status that says why."""

    def __init__(self, message: str, status: int = 400) -> None:
        self.message, self.status = message, status
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Operation:
    """What a request asks for."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None

    @classmethod
    def read(cls, parameters: object) -> _Operation:
        """Return the operation in the parameters of a request, as JSON has them."""
        if not isinstance(parameters, dict):
            raise _BadRequest("the body must be one JSON object; batches are not supported")
        query, variables, name = (parameters.get(key) for key in ("query", "variables", "operationName"))
        if not isinstance(query, str) or not query.strip():
            raise _BadRequest("query: give the GraphQL document as a text")
        if not isinstance(variables, dict | None):
            raise _BadRequest("variables: give a JSON object")
        if not isinstance(name, str | None):
            raise _BadRequest("operationName: give a text")
        if not isinstance(parameters.get("extensions"), dict | None):
            raise _BadRequest("extensions: give a JSON object")
        return cls(query, variables or {}, name or None)


def graphql_routes(executor: Executor, settings: Settings) -> APIRouter:
    """Return the routes under ``/graphql``."""
    router = APIRouter()

    @router.post("/graphql")
    async def post(request: Request) -> Response:
        return await _answer(request, lambda: _read_post(request, settings.maximum_body), executor)

    @router.get("/graphql")
    async def get(request: Request) -> Response:
        wants_page = preferred_type(request.headers.get("accept"), [_JSON, _GRAPHQL_JSON, _HTML]) == _HTML
        if settings.query_page and wants_page and "query" not in request.query_params:
            return query_page()
        return await _answer(request, lambda: _read_get(request), executor)

    return router


async def _answer(request: Request, read: Callable[[], Awaitable[_Operation]], executor: Executor) -> Response:
    media_type = preferred_type(request.headers.get("accept"), [_JSON, _GRAPHQL_JSON])
    if media_type is None:
        return error_answer(f"this address answers with {_GRAPHQL_JSON} or {_JSON}", "NOT_ACCEPTABLE", 406)
    try:
        operation: _Operation = await read()
    except _BadRequest as error:
        return json_answer(request_error(error.message, "BAD_REQUEST"), error.status, media_type)
    allowed = _SAFE if request.method == "GET" else _ALL
    ask = partial(executor.answer, operation.query, operation.variables, operation.name, allowed=allowed)
    answer = await run_in_threadpool(ask)
    status = _status(answer, request.method, media_type)
    headers = {"vary": "Accept"} | ({"allow": "POST"} if status == 405 else {})
    return Response(answer.content, status, headers, media_type)


def _status(answer: Answer, method: str, media_type: str) -> int:
    """Return the HTTP status of an answer, as the GraphQL-over-HTTP specification has it for each media type."""
    if answer.executed:
        return 200
    if "OPERATION_NOT_SUPPORTED" in answer.codes:
        return 405 if method == "GET" else 400
    if "INTERNAL" in answer.codes:
        return 500
    return 400 if media_type == _GRAPHQL_JSON else 200


async def _read_post(request: Request, maximum: int) -> _Operation:
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if media_type.strip().lower() != _JSON or charset not in ("", "utf-8"):
        raise _BadRequest(f"send {_JSON} in UTF-8, and say so in Content-Type", 415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > maximum:
            raise _BadRequest(f"the body has more than {maximum} bytes", 413)
    return _Operation.read(_parsed(bytes(body), "the body"))


async def _read_get(request: Request) -> _Operation:
    given = request.query_params
    parameters: dict[str, Any] = {key: given[key] for key in ("query", "operationName") if key in given}
    for key in ("variables", "extensions"):
        if given.get(key):
            parameters[key] = _parsed(given[key].encode(errors="replace"), key)
    return _Operation.read(parameters)


def _parsed(text: bytes, place: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError as error:
        raise _BadRequest(f"{place}: is not JSON: {error}") from error
