"""A page to write GraphQL queries on; nothing of it comes from another host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import orjson
from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles

from cuibono.api.graphql.examples import examples

__all__ = ["add_page", "query_page"]

_FILES = Path(__file__).with_name("static")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def query_page() -> tuple[bytes, Mapping[bytes, bytes]]:
    """Return the page, and its headers."""
    headers = {b"content-type": b"text/html; charset=utf-8", b"content-security-policy": _POLICY.encode(), b"vary": b"Accept"}
    return (_FILES / "query.html").read_bytes(), headers


def add_page(app: FastAPI) -> None:
    """Have an application serve what the page needs."""
    shown = orjson.dumps([asdict(example) for example in examples()])

    @app.get("/assets/examples.json", include_in_schema=False)
    def _examples() -> Response:
        return Response(shown, media_type="application/json")

    app.mount("/assets", StaticFiles(directory=_FILES))
