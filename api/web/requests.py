"""What a GraphQL request asks for, read from its body or its query string; all of it may be hostile."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive

__all__ = ["BadRequest", "GraphQLRequest", "read_body"]

_JSON = "application/json"
_MOST_NAME = 256


class BadRequest(Exception):
    """A request that holds no GraphQL operation, with the HTTP status that says why."""

    def __init__(self, message: str, status: int = 400) -> None:
        self.message, self.status = message, status
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a request asks for."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None

    @classmethod
    def read(cls, parameters: object) -> GraphQLRequest:
        """Return the request in some parameters, as JSON has them.

        Raises
        ------
        BadRequest
            If they are not those of GraphQL over HTTP.
        """
        if not isinstance(parameters, dict):
            raise BadRequest("the request must be one JSON object; batches are not supported")
        query, variables, name = (parameters.get(key) for key in ("query", "variables", "operationName"))
        if not isinstance(query, str) or not query.strip():
            raise BadRequest("query: give the GraphQL document as a text")
        if not isinstance(variables, dict | None):
            raise BadRequest("variables: give a JSON object")
        if not isinstance(name, str | None) or len(name or "") > _MOST_NAME:
            raise BadRequest(f"operationName: give a text of at most {_MOST_NAME} characters")
        if not isinstance(parameters.get("extensions"), dict | None):
            raise BadRequest("extensions: give a JSON object")
        return cls(query, variables or {}, name or None)

    @classmethod
    def of_body(cls, content_type: str, body: bytes) -> GraphQLRequest:
        """Return the request in the body of a POST.

        Raises
        ------
        BadRequest
            If it is none.
        """
        media_type, _, parameters = content_type.partition(";")
        charset = parameters.strip().lower().removeprefix("charset=").strip('"')
        if media_type.strip().lower() != _JSON or charset not in ("", "utf-8"):
            raise BadRequest(f"send {_JSON} in UTF-8, and say so in Content-Type", 415)
        return cls.read(_parsed(body, "the body"))

    @classmethod
    def of_query_string(cls, text: bytes) -> GraphQLRequest:
        """Return the request in the query string of a GET.

        Raises
        ------
        BadRequest
            If it is none.
        """
        try:
            given = dict(parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100))
        except ValueError as error:
            raise BadRequest("the query string is not URL-encoded UTF-8") from error
        parameters: dict[str, Any] = {key: given[key] for key in ("query", "operationName") if key in given}
        for key in ("variables", "extensions"):
            if given.get(key):
                parameters[key] = _parsed(given[key].encode(), key)
        return cls.read(parameters)


def _parsed(text: bytes, place: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError as error:
        raise BadRequest(f"{place}: is not JSON: {error}") from error


async def read_body(headers: Mapping[bytes, bytes], receive: Receive, *, maximum: int, seconds: float) -> bytes:
    """Return the body of a request.

    Raises
    ------
    BadRequest
        If it is encoded or too large, or does not arrive in time, or not whole.
    """
    if headers.get(b"content-encoding", b"identity").strip().lower() not in (b"", b"identity"):
        raise BadRequest("send the body as it is, without Content-Encoding", 415)
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and (len(length) > 18 or int(length) > maximum):
        raise BadRequest(f"the body has more than {maximum} bytes", 413)
    try:
        async with asyncio.timeout(seconds):
            return await _received(receive, maximum)
    except TimeoutError:
        raise BadRequest(f"the body did not arrive within {seconds:g} seconds", 408) from None


async def _received(receive: Receive, maximum: int) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise BadRequest("the body did not arrive whole")
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > maximum:
            raise BadRequest(f"the body has more than {maximum} bytes", 413)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
