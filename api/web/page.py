"""A page to write GraphQL queries on: a plain one, of which nothing comes from another host, or GraphiQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import orjson
from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles

from cuibono.api.graphql.examples import examples
from cuibono.api.settings import Settings
from cuibono.api.web.graphiql import Page, add_graphiql

__all__ = ["add_page"]

_FILES = Path(__file__).with_name("static")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def _plain_page() -> tuple[bytes, Mapping[bytes, bytes]]:
    headers = {b"content-type": b"text/html; charset=utf-8", b"content-security-policy": _POLICY.encode(), b"vary": b"Accept"}
    return (_FILES / "query.html").read_bytes(), headers


def add_page(app: FastAPI, settings: Settings) -> Page | None:
    """Return what gives the page, if there is to be one, and have an application serve what that and the explorer need.

    Raises
    ------
    InvalidArgument
        If GraphiQL does not stand where it should.
    """
    shown = orjson.dumps([asdict(example) for example in examples()])

    @app.get("/assets/examples.json", include_in_schema=False)
    def _examples() -> Response:
        return Response(shown, media_type="application/json")

    if settings.query_page == "none":
        return None
    page = add_graphiql(app, settings.graphiql_assets) if settings.query_page == "graphiql" else _plain_page
    app.mount("/assets", StaticFiles(directory=_FILES))
    return page
