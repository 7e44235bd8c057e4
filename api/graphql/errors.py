"""What a client is told of an error: a message, where in the query, a code for programs, and never an internal."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from cuibono.graph.errors import AmbiguousName, CuibonoError, InvalidArgument, NotFound

__all__ = ["BadCursor", "BadId", "formatted", "request_error"]

_LOG = logging.getLogger("cuibono.graphql")

_LONGEST = 2_000

_ARGUMENTS = {
    "as_of": "asOf",
    "max_hops": "maxHops",
    "min_confidence": "minConfidence",
    "min_strength": "minStrength",
    "stated_from": "statedFrom",
    "stated_to": "statedTo",
}


class BadId(CuibonoError, ValueError):
    """A global id that this server never gave out."""

    code = "BAD_ID"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:100]!r} is no id; use one that an `id` field gave")


class BadCursor(CuibonoError, ValueError):
    """A cursor that does not belong to the list it is used on."""

    code = "BAD_CURSOR"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:100]!r} is no cursor of this list; use one that its edges or its pageInfo gave")


def request_error(message: str, code: str) -> dict[str, Any]:
    """Return the whole answer to a request that could not be executed."""
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


def formatted(error: GraphQLError) -> dict[str, Any]:
    """Return an error as the GraphQL specification writes it; what is nobody's business is logged and masked."""
    message, extensions = _told(error)
    told: dict[str, Any] = {"message": _short(message)}
    if error.locations:
        told["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        told["path"] = error.path
    return {**told, "extensions": extensions}


def _short(text: str) -> str:
    """Return a text that may hold what the client sent: one long name in many fields would make a very long answer."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _told(error: GraphQLError) -> tuple[str, dict[str, Any]]:
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    match cause:
        case InvalidArgument():
            argument = _ARGUMENTS.get(cause.argument, cause.argument)
            message = argument + str(cause).removeprefix(cause.argument)
            return message, {"code": cause.code, "argument": argument}
        case NotFound():
            return str(cause), {"code": cause.code, "name": _short(cause.name), "near": list(cause.near)}
        case AmbiguousName():
            return str(cause), {"code": cause.code, "name": _short(cause.name), "candidates": list(cause.candidates)}
        case CuibonoError():
            return str(cause), {"code": cause.code}
        case RecursionError():
            return "the query is nested too deeply", {"code": "QUERY_TOO_DEEP"}
        case None | GraphQLError():
            code = "GRAPHQL_PARSE_FAILED" if isinstance(error, GraphQLSyntaxError) else "GRAPHQL_VALIDATION_FAILED"
            return error.message, {"code": code}
    reference = uuid.uuid4().hex
    _LOG.error("unexpected error %s", reference, exc_info=cause)
    return f"something went wrong here; the log tells more under {reference}", {"code": "INTERNAL", "reference": reference}
