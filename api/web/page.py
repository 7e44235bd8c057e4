"""A page to write GraphQL queries on; nothing of it comes from another host."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles

__all__ = ["add_page", "query_page"]

_FILES = Path(__file__).with_name("static")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def query_page() -> Response:
    """Return the page."""
    headers = {"content-security-policy": _POLICY, "x-content-type-options": "nosniff", "vary": "Accept"}
    return Response((_FILES / "query.html").read_bytes(), headers=headers, media_type="text/html")


def add_page(app: FastAPI) -> None:
    """Have an application serve what the page needs, and lead a browser to it from the root."""
    app.mount("/assets", StaticFiles(directory=_FILES))

    @app.get("/")
    async def root() -> Response:
        return RedirectResponse("graphql")
