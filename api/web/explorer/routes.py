"""The explorer: a page at ``/`` that lives on GraphQL alone, its files, and how what it draws is laid out."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from cuibono.api.settings import Settings
from cuibono.api.web.answers import error_answer, json_answer
from cuibono.api.web.explorer.files import page_files
from cuibono.api.web.explorer.picture import MAXIMUM_GROUPED, MAXIMUM_NODES, Picture
from cuibono.graph.views.communities import communities
from cuibono.graph.views.layout import layout

__all__ = ["explorer_routes"]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PICTURES = 256  # kept, the last asked for


def explorer_routes(settings: Settings) -> APIRouter:
    """Return the routes ``/``, ``/explorer/…``, ``/layout`` and ``/communities``."""
    router = APIRouter()
    files = page_files()
    # What is drawn is all that the places depend on, so that another version of the graph with the same picture finds
    # them, and one with another does not.
    places = lru_cache(_PICTURES)(layout)
    groups = lru_cache(_PICTURES)(communities)

    @router.get("/")
    async def page(request: Request) -> Response:
        return files["index.html"].answer(request, content_security_policy=_POLICY, referrer_policy="no-referrer")

    @router.get("/explorer/{path:path}")
    async def file(request: Request, path: str) -> Response:
        if path not in files or path == "index.html":
            return error_answer(f"there is no {path} here", "NOT_FOUND", 404)
        return files[path].answer(request)

    async def answered(request: Request, name: str, find: Callable[[Picture], object], most: int) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > settings.maximum_body:
                return error_answer(f"the body has more than {settings.maximum_body} bytes", "BAD_REQUEST", 413)
        try:
            parameters = orjson.loads(bytes(body))
        except ValueError as error:
            return error_answer(f"the body is not JSON: {error}", "BAD_REQUEST", 400)
        picture = Picture.read(parameters, most)
        return json_answer({name: await run_in_threadpool(find, picture)})

    @router.post("/layout")
    async def places_of(request: Request) -> Response:
        return await answered(request, "places", lambda p: places(p.nodes, p.edges, p.fixed, p.sizes), MAXIMUM_NODES)

    @router.post("/communities")
    async def communities_of(request: Request) -> Response:
        return await answered(request, "communities", lambda p: groups(p.nodes, p.edges), MAXIMUM_GROUPED)

    return router
