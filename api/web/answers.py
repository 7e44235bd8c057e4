"""Answers of every route: JSON, and errors that tell the client what to mend and nothing of the server."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError

from cuibono.api.web.exchange import Exchange
from cuibono.graph.errors import CuibonoError, NotFound

__all__ = ["add_error_handlers", "error_answer", "json_answer"]


def json_answer(content: object, status: int = 200, media_type: str = "application/json", **headers: str) -> Response:
    """Return a response in JSON."""
    return Response(orjson.dumps(content), status, {name.replace("_", "-"): value for name, value in headers.items()}, media_type)


def error_answer(message: str, code: str, status: int, media_type: str = "application/json", **headers: str) -> Response:
    """Return a response that tells of an error, in the form that GraphQL has for it."""
    return json_answer({"errors": [{"message": message, "extensions": {"code": code}}]}, status, media_type, **headers)


def add_error_handlers(app: FastAPI) -> None:
    """Have an application answer errors as `error_answer` does, whatever raises them."""
    app.add_exception_handler(CuibonoError, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _masked)


def _told(_request: Request, error: Exception) -> Response:
    assert isinstance(error, CuibonoError)
    return error_answer(str(error), error.code, 404 if isinstance(error, NotFound) else 400)


def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems: list[dict[str, Any]] = list(error.errors())
    message = "; ".join(f"{problem['loc'][-1]}: {problem['msg']}" for problem in problems)
    return error_answer(message, "INVALID_ARGUMENT", 400)


def _masked(request: Request, _error: Exception) -> Response:
    reference = Exchange.of(request.scope).trace.id  # the gate logs the error under it
    return error_answer(f"something went wrong here; the log tells more under {reference}", "INTERNAL", 500)
