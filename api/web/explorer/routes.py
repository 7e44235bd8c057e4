"""The explorer: a page at ``/`` that lives on GraphQL alone, its files, and the places of what it draws."""

from __future__ import annotations

from functools import lru_cache

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from cuibono.api.settings import Settings
from cuibono.api.web.answers import error_answer, json_answer
from cuibono.api.web.explorer.files import page_files
from cuibono.api.web.explorer.picture import Picture
from cuibono.graph.views.layout import layout

__all__ = ["explorer_routes"]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PICTURES = 256  # kept, the last asked for


def explorer_routes(settings: Settings) -> APIRouter:
    """Return the routes ``/``, ``/explorer/…`` and ``/layout``."""
    router = APIRouter()
    files = page_files()
    # What is drawn is all that the places depend on, so that another version of the graph with the same picture finds
    # them, and one with another does not.
    places = lru_cache(_PICTURES)(layout)

    @router.get("/")
    async def page(request: Request) -> Response:
        return files["index.html"].answer(request, content_security_policy=_POLICY, referrer_policy="no-referrer")

    @router.get("/explorer/{path:path}")
    async def file(request: Request, path: str) -> Response:
        if path not in files or path == "index.html":
            return error_answer(f"there is no {path} here", "NOT_FOUND", 404)
        return files[path].answer(request)

    @router.post("/layout")
    async def places_of(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > settings.maximum_body:
                return error_answer(f"the body has more than {settings.maximum_body} bytes", "BAD_REQUEST", 413)
        try:
            parameters = orjson.loads(bytes(body))
        except ValueError as error:
            return error_answer(f"the body is not JSON: {error}", "BAD_REQUEST", 400)
        picture = Picture.read(parameters)
        found = await run_in_threadpool(places, picture.nodes, picture.edges, picture.fixed)
        return json_answer({"places": found})

    return router
